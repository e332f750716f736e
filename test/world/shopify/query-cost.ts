/**
 * Query cost as Shopify documents it: scalars 0, objects 1, mutations 10, interfaces and unions their dearest member.
 * Connections are "sized by first", without a published formula; `first: 250` with one object a node was seen at a
 * requested 25, so a tenth of size × node is charged here, at least 1. That tenth is a guess.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const MUTATION = 10;
const NODES_A_POINT = 10;

type Data = Record<string, unknown>;

/**
 * With `data`, the answer, this is the actual cost: what is null costs nothing, a list counts by its length. Without,
 * the requested cost: everything there, every list as long as it may be.
 */
export function queryCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
  data?: Data | null,
): number {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  if (operation.operation === 'mutation') return MUTATION * operation.selectionSet.selections.length;
  return Math.max(1, Math.ceil(costOf(root, operation.selectionSet, data)));

  function costOf(type: GraphQLCompositeType, set: SelectionSetNode, value: Data | null | undefined): number {
    let shared = 0;
    let dearest = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        shared += fieldCost(type, selection, value);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const name = fragment?.typeCondition?.name.value ?? type.name;
      const inner = schema.getType(name);
      if (!fragment || !isCompositeType(inner)) continue;
      const cost = costOf(inner, fragment.selectionSet, value);
      if (name === type.name) shared += cost;
      else dearest = Math.max(dearest, cost);
    }
    return shared + dearest;
  }

  function fieldCost(parent: GraphQLCompositeType, field: FieldNode, parentValue: Data | null | undefined): number {
    if (!(isObjectType(parent) || isInterfaceType(parent)) || !field.selectionSet) return 0;
    const definition = parent.getFields()[field.name.value];
    const type = definition && getNamedType(definition.type);
    if (!type || !isCompositeType(type)) return 0;
    // undefined: nothing is known yet, this is an estimate. null: it is known that there is nothing.
    const value =
      parentValue === undefined ? undefined : (parentValue?.[field.alias?.value ?? field.name.value] ?? null);
    if (value === null) return 0;
    if (Array.isArray(value)) {
      return (
        value.reduce((sum: number, one) => sum + perObject(type, field.selectionSet, one as Data), 0) / shareOf(field)
      );
    }
    const one = value as Data | undefined;
    if (type.name.endsWith('Connection')) return connectionCost(type, field, one);
    const size = sizeOf(field);
    const cost = perObject(type, field.selectionSet, one);
    return size === null ? cost : Math.max(1, (size * cost) / NODES_A_POINT);
  }

  /** An edge is only a wrapper. */
  function perObject(type: GraphQLCompositeType, set: SelectionSetNode | undefined, value: Data | undefined): number {
    return (type.name.endsWith('Edge') ? 0 : 1) + (set ? costOf(type, set, value) : 0);
  }

  /** Nodes and edges are charged by number; pageInfo comes along. */
  function connectionCost(type: GraphQLCompositeType, field: FieldNode, value: Data | undefined): number {
    const selections = field.selectionSet?.selections.filter(
      (one) => one.kind !== Kind.FIELD || one.name.value !== 'pageInfo',
    );
    const nodes = costOf(type, { kind: Kind.SELECTION_SET, selections: selections ?? [] }, value);
    const times = value === undefined ? (sizeOf(field) ?? 1) : 1;
    return Math.max(1, (times * Math.max(1, nodes)) / NODES_A_POINT);
  }

  /** A list that was charged by its size before is charged by the same measure after. */
  function shareOf(field: FieldNode): number {
    return sizeOf(field) === null ? 1 : NODES_A_POINT;
  }

  function sizeOf(field: FieldNode): number | null {
    const argument = field.arguments?.find((one) => one.name.value === 'first' || one.name.value === 'last');
    if (!argument) return null;
    if (argument.value.kind === Kind.INT) return Number(argument.value.value);
    if (argument.value.kind !== Kind.VARIABLE) return null;
    const { value: name } = argument.value.name;
    const declared = operation.variableDefinitions?.find((one) => one.variable.name.value === name)?.defaultValue;
    return Number(variables[name] ?? (declared?.kind === Kind.INT ? declared.value : 0));
  }
}
