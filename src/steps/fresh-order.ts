import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Order } from '../domain/order.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { Clock, Orders } from '../ports.ts';

/** A page may be opened many times in a row, by scanners above all; the shop's query budget is not theirs to spend. */
const FRESH_MS = 10_000;
const MOST_KEPT = 500;
/** Nobody waits for a Shopify that is away again with every page, or fifty times for a page of fifty. */
const AWAY_MS = 5_000;

/** The order as it stands now, or as last seen while Shopify is away. */
export interface FreshOrder {
  of(request: CancellationRequest): Promise<{ order: Order | null; live: boolean }>;
  /** By its id: null with `live` is gone, without it Shopify is away. */
  look(orderId: string): Promise<{ order: Order | null; live: boolean }>;
  /** Read just now for another reason. */
  note(order: Order): void;
  /** What was read within the last seconds; null: it would have to be read. */
  recent(orderId: string): Promise<Order | null> | null;
  /** It may have changed: the next one who asks is told by Shopify. */
  forget(orderId: string): void;
}

export function createFreshOrder(orders: Orders, now: Clock): FreshOrder {
  const kept = new Map<string, { at: number; order: Promise<Order | null> }>();
  let awaySince: number | null = null;
  const isAway = () => awaySince !== null && Math.abs(now() - awaySince) < AWAY_MS;
  const recent = (orderId: string): Promise<Order | null> | null => {
    const known = kept.get(orderId);
    // A clock that went back would keep an order fresh for as long as it was wrong.
    return known && Math.abs(now() - known.at) < FRESH_MS ? known.order : null;
  };
  const read = (orderId: string): Promise<Order | null> => {
    const known = recent(orderId);
    if (known) return known;
    const order = orders.read(orderId);
    keep(orderId, order);
    order.catch(() => kept.delete(orderId));
    return order;
  };
  const keep = (orderId: string, order: Promise<Order | null>) => {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(orderId, { at: now(), order });
  };
  const look = async (orderId: string): Promise<{ order: Order | null; live: boolean }> => {
    if (isAway() && !recent(orderId)) return { order: null, live: false };
    try {
      const order = await read(orderId);
      awaySince = null;
      return { order, live: true };
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      if (error.fault !== 'rejected') awaySince = now();
      return { order: null, live: false };
    }
  };
  return {
    async of(request) {
      const { order, live } = request.orderId ? await look(request.orderId) : { order: null, live: false };
      return order ? { order, live } : { order: request.order, live: false };
    },
    look,
    recent,
    note: (order) => keep(order.id, Promise.resolve(order)),
    forget: (orderId) => void kept.delete(orderId),
  };
}
