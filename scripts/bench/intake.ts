/** Responses taken in, by processes that do nothing else: what limits it should be the database's commits. */
import type { Bed } from './databases.ts';
import { type Figures, percentile } from './figures.ts';
import { sendResponses } from './load.ts';
import { FIRST_ORDER, withServices } from './services.ts';

export async function measureIntake(figures: Figures, bed: Bed, requests: number): Promise<void> {
  // One process writes to the embedded database.
  const setups =
    bed.kind === 'embedded'
      ? [
          [1, 1],
          [1, 8],
          [1, 32],
        ]
      : [
          [1, 32],
          [2, 32],
          [4, 32],
        ];
  for (const [web = 1, concurrency = 1] of setups) {
    const where = await bed.fresh();
    await withServices({ where, orders: 1, processes: { web, workers: 0 } }, async ({ origins }) => {
      await sendResponses(origins, Math.ceil(requests / 5), concurrency, FIRST_ORDER + 1_000_000);
      const { perSecond, ms } = await sendResponses(origins, requests, concurrency, FIRST_ORDER);
      const name = `intake, ${bed.kind}, ${web} ${web > 1 ? 'processes' : 'process'}, ${concurrency} at once`;
      figures.add(name, '/s', perSecond);
      figures.add(`${name}: p50`, 'ms', percentile(ms, 0.5));
      figures.add(`${name}: p99`, 'ms', percentile(ms, 0.99));
      if (concurrency < 32) return;
      const commits = figures.median(
        bed.kind === 'embedded' ? 'commits, embedded' : 'commits, PostgreSQL, 8 connections',
      );
      figures.add(`${name}: of the commit rate`, '%', (100 * perSecond) / commits);
    });
  }
}
