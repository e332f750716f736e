/**
 * Query cost as Shopify documents it: scalars 0, objects 1, mutations 10, unions their dearest member. Connections are
 * "sized by first", without a published formula; `first: 250` with one object a node was seen at 25, so a tenth of
 * size × node is charged here.
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

export function queryCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  if (operation.operation === 'mutation') return MUTATION * operation.selectionSet.selections.length;
  return Math.max(1, Math.ceil(costOf(root, operation.selectionSet)));

  function costOf(type: GraphQLCompositeType, set: SelectionSetNode): number {
    let shared = 0;
    let dearest = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        shared += fieldCost(type, selection);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const name = fragment?.typeCondition?.name.value ?? type.name;
      const inner = schema.getType(name);
      if (!fragment || !isCompositeType(inner)) continue;
      const cost = costOf(inner, fragment.selectionSet);
      if (name === type.name) shared += cost;
      else dearest = Math.max(dearest, cost);
    }
    return shared + dearest;
  }

  function fieldCost(parent: GraphQLCompositeType, field: FieldNode): number {
    if (!(isObjectType(parent) || isInterfaceType(parent)) || !field.selectionSet) return 0;
    const definition = parent.getFields()[field.name.value];
    const type = definition && getNamedType(definition.type);
    if (!type || !isCompositeType(type)) return 0;
    const inner = costOf(type, field.selectionSet);
    const size = sizeOf(field);
    if (type.name.endsWith('Connection')) return Math.max(1, ((size ?? 1) * Math.max(1, inner)) / NODES_A_POINT);
    if (size !== null) return Math.max(1, (size * (1 + inner)) / NODES_A_POINT);
    return type.name.endsWith('Edge') ? inner : 1 + inner;
  }

  function sizeOf(field: FieldNode): number | null {
    const argument = field.arguments?.find((one) => one.name.value === 'first' || one.name.value === 'last');
    if (!argument) return null;
    if (argument.value.kind === Kind.INT) return Number(argument.value.value);
    return argument.value.kind === Kind.VARIABLE ? Number(variables[argument.value.name.value] ?? 0) : null;
  }
}

/** The leaky bucket of one app on one shop. */
export class CostBucket {
  readonly maximumAvailable: number;
  readonly restoreRate: number;
  #available: number;
  #seenAt: number;
  readonly #now: () => number;

  constructor(now: () => number, maximumAvailable = 2_000, restoreRate = 100) {
    this.#now = now;
    this.maximumAvailable = maximumAvailable;
    this.restoreRate = restoreRate;
    this.#available = maximumAvailable;
    this.#seenAt = now();
  }

  /** False: throttled, nothing is taken. */
  take(cost: number): boolean {
    this.#refill();
    if (cost > this.#available) return false;
    this.#available -= cost;
    return true;
  }

  status(): { maximumAvailable: number; currentlyAvailable: number; restoreRate: number } {
    this.#refill();
    const { maximumAvailable, restoreRate } = this;
    return { maximumAvailable, currentlyAvailable: Math.floor(this.#available), restoreRate };
  }

  #refill(): void {
    const now = this.#now();
    this.#available = Math.min(
      this.maximumAvailable,
      this.#available + ((now - this.#seenAt) / 1000) * this.restoreRate,
    );
    this.#seenAt = now;
  }
}
