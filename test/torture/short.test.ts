/** The torture of `npm run torture` at its short counts: the same processes, databases, faults and judge. */
import { describe, expect, it } from 'vitest';
import { newDatabase, type StoreKind, storeKinds } from '../support/stores.ts';
import { CAMPAIGNS } from './campaigns.ts';

const SEED = 20261123;

/** Each campaign once: on the embedded database, unless it is about PostgreSQL. `npm run torture` plays all on both. */
const PLAYED = CAMPAIGNS.map((campaign) => [campaign.name, campaign, campaign.only ?? 'sqlite'] as const).filter(
  ([, { short }, database]) => short > 0 && storeKinds().includes(database),
);

for (const { name, short } of CAMPAIGNS)
  if (short === 0)
    console.log(`${name} is played by npm run torture only: it takes long, or has a short form elsewhere`);

describe('torture, short', () => {
  it.each(PLAYED)(
    '%s breaks no promise',
    async (_name, campaign, database: StoreKind) => {
      const { verdict } = await campaign.run({
        seed: SEED,
        runs: campaign.short,
        database,
        newDatabase: () => (database === 'postgres' ? newDatabase() : Promise.resolve(null)),
        progress: () => {},
      });
      expect(verdict.violations, `seed ${SEED}`).toEqual([]);
      expect(verdict.responses).toBeGreaterThan(0);
    },
    180_000,
  );
});
