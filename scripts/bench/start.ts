/** From the start of the process to its first answer, and what it then takes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bed } from './databases.ts';
import type { Figures } from './figures.ts';
import { residentMb } from './load.ts';
import { withServices } from './services.ts';

/** Long enough for a poll of form and sheet. */
const AT_REST_MS = 4_000;

export async function measureStart(figures: Figures, bed: Bed): Promise<void> {
  const NODE_COMPILE_CACHE = mkdtempSync(join(tmpdir(), 'cancel-desk-cache-'));
  const where = await bed.fresh();
  for (const which of ['the first ever', 'every later one']) {
    await withServices({ where, orders: 1, processes: null, env: { NODE_COMPILE_CACHE } }, async ({ services }) => {
      const [service] = services;
      if (!service) return;
      figures.add(`start, ${bed.kind}, ${which}`, 'ms', service.startMs);
      await new Promise((resolve) => setTimeout(resolve, AT_REST_MS));
      figures.add(`resident at rest, ${bed.kind}, ${which}`, 'MB', residentMb(service.pid));
    });
  }
  rmSync(NODE_COMPILE_CACHE, { recursive: true, force: true });
}
