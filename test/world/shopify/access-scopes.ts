import { GraphQLError } from 'graphql';

/** What the app may see and do. */
export interface Access {
  readonly scopes: readonly string[];
  /**
   * Plans without protected customer data answer e-mail, phone and customer as null, some with an error besides.
   */
  readonly customerData: 'shown' | 'null' | 'denied';
}

/** Throws ACCESS_DENIED (which Shopify answers with HTTP 200) unless the scope was granted. */
export function needScope({ scopes }: Access, scope: string, field: string): void {
  if (!scopes.includes(scope)) throw accessDenied(field, `Required access: \`${scope}\` access scope.`);
}

export function accessDenied(field: string, why: string): GraphQLError {
  return new GraphQLError(`Access denied for ${field} field. ${why}`, { extensions: { code: 'ACCESS_DENIED' } });
}
