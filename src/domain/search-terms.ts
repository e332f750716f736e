import { type OrderNameFormat, searchNames } from './order-reference.ts';
import type { Reference } from './read-references.ts';

/** One value of an order search; the field's name is Shopify's filter. */
export interface SearchTerm {
  readonly field: 'name' | 'confirmation_number' | 'id' | 'email';
  readonly value: string;
}

/** What to ask Shopify for, so that every order these references may mean is among the answers. */
export function searchTermsOf(references: readonly Reference[], format: OrderNameFormat): SearchTerm[] {
  return references.flatMap(({ kind, text }): SearchTerm[] => {
    if (kind === 'order_id') return [{ field: 'id', value: text }];
    const names = searchNames(text, format).map((value): SearchTerm => ({ field: 'name', value }));
    return kind === 'confirmation' ? [{ field: 'confirmation_number', value: text }, ...names] : names;
  });
}
