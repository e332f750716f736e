import { OutsideError } from '../domain/outside-error.ts';
import type { Clock, Orders, Shop } from '../ports.ts';
import type { Store } from '../records/store.ts';

const FRESH_MS = 60 * 60_000;
/** While Shopify is away it isn't asked again for every page and mail. */
const PATIENCE_MS = 30_000;
const KEY = 'shop';

/** Name, zone and order name format of the shop: kept in the store, so that an outage at start-up doesn't matter. */
export function createShopFacts(orders: Orders, store: Store, now: Clock): () => Promise<Shop> {
  let known: { shop: Shop; until: number } | null = null;
  let asking: Promise<Shop> | null = null;

  async function ask(): Promise<Shop> {
    try {
      const shop = await orders.shop();
      known = { shop, until: now() + FRESH_MS };
      await store.records.settings.put(KEY, JSON.stringify(shop));
      return shop;
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      const kept = await store.records.settings.get(KEY);
      if (!kept) throw error;
      const shop = JSON.parse(kept) as Shop;
      known = { shop, until: now() + PATIENCE_MS };
      return shop;
    } finally {
      asking = null;
    }
  }

  return () => {
    if (known && known.until > now()) return Promise.resolve(known.shop);
    asking ??= ask();
    return asking;
  };
}
