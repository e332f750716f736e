/** Carries an operation out on the seeded shop. */
import { type ExecutionResult, execute, type GraphQLFieldResolver } from 'graphql';
import type { OperationDocument } from './operation-document.ts';
import { loadAdminSchema } from './schema.ts';

export async function runOperation(
  { document }: OperationDocument,
  root: object,
  variables: Record<string, unknown>,
  operationName: string | undefined,
): Promise<ExecutionResult> {
  return execute({
    schema: loadAdminSchema(),
    document,
    rootValue: root,
    variableValues: variables,
    ...(operationName === undefined ? {} : { operationName }),
    fieldResolver: strictResolver,
    typeResolver: (value) => String((value as { __typename?: string }).__typename),
  });
}

/** A field nobody has implemented is a hole in the world, never a null. */
const strictResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  const value = (source as Record<string, unknown>)[info.fieldName];
  if (value === undefined) throw new Error(`world: ${info.parentType.name}.${info.fieldName} is not implemented`);
  return typeof value === 'function' ? value.call(source, args, context, info) : value;
};
