/** One Admin API operation, with the types of its variables and answer. */
export interface Operation<Data, Variables> {
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  readonly document: string;
  /** Only for the types. */
  readonly types?: (variables: Variables) => Data;
}
