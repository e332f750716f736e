/** A request's document: parsed, validated against the real schema, its operation picked. Remembered by its text. */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { loadAdminSchema } from './schema.ts';

export interface OperationDocument {
  readonly document: DocumentNode;
  readonly operations: readonly OperationDefinitionNode[];
}

const REMEMBERED = 200;
const known = new Map<string, OperationDocument | readonly GraphQLFormattedError[]>();

/** The document, or the errors that Shopify answers instead (with HTTP 200). */
export function readDocument(query: string): OperationDocument | readonly GraphQLFormattedError[] {
  const earlier = known.get(query);
  if (earlier) return earlier;
  const read = parseAndValidate(query);
  if (known.size >= REMEMBERED) known.clear();
  known.set(query, read);
  return read;
}

function parseAndValidate(query: string): OperationDocument | readonly GraphQLFormattedError[] {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [error.toJSON()];
  }
  const problems = validate(loadAdminSchema(), document, specifiedRules);
  const operations = document.definitions.filter(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  if (problems.length > 0) {
    return problems.map((problem) => ({ ...problem.toJSON(), extensions: { code: 'undefinedField' } }));
  }
  return operations.length > 0 ? { document, operations } : [{ message: 'No operation defined' }];
}

/** The name even of a document that doesn't parse, for the log. */
export function nameIn(query: unknown): string {
  return (typeof query === 'string' ? /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] : null) ?? 'anonymous';
}
