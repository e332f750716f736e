/** A list as a Relay connection, page by page. */
import { GraphQLError } from 'graphql';

export interface ConnectionArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
  readonly reverse?: boolean | null;
}

const LARGEST_PAGE = 250;

export function connectionOf<T extends { readonly id: string }>(
  all: readonly T[],
  args: ConnectionArguments,
  show: (one: T) => unknown,
): object {
  const list = args.reverse ? [...all].reverse() : all;
  const size = args.first ?? args.last;
  if (size == null) throw refused('you must provide one of first or last');
  if (size > LARGEST_PAGE) throw refused(`first and last may be at most ${LARGEST_PAGE}`);
  const from = args.after ? indexOf(list, args.after) + 1 : 0;
  const to = args.before ? indexOf(list, args.before) : list.length;
  const [start, end] = args.first == null ? [Math.max(from, to - size), to] : [from, Math.min(to, from + size)];
  const page = list.slice(start, end);
  return {
    nodes: () => page.map(show),
    edges: () => page.map((one) => ({ cursor: cursorOf(one), node: show(one) })),
    pageInfo: {
      hasNextPage: end < list.length,
      hasPreviousPage: start > 0,
      startCursor: page[0] ? cursorOf(page[0]) : null,
      endCursor: page.length > 0 ? cursorOf(page[page.length - 1] as T) : null,
    },
  };
}

function indexOf(list: readonly { readonly id: string }[], cursor: string): number {
  const index = list.findIndex((one) => cursorOf(one) === cursor);
  if (index < 0) throw refused('Invalid cursor');
  return index;
}

function cursorOf({ id }: { readonly id: string }): string {
  return Buffer.from(id).toString('base64url');
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}
