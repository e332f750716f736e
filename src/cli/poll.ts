import { sourceName } from '../steps/poll-source.ts';
import { partsOf } from '../steps/tick.ts';
import { printJson, withService } from './with-service.ts';

/** Polls every source once, then works until nothing is due. */
export async function pollOnce(options: { json?: boolean }): Promise<void> {
  const { counts, sources } = await withService(async ({ desk }) => {
    const { records } = desk.store;
    for (const source of desk.sources) await records.sources.makeDue(sourceName(source), desk.now());
    for (let done = 1; done > 0; ) {
      done = 0;
      for (const part of partsOf(desk)) done += await part.run();
    }
    return { counts: await records.requests.counts(), sources: await records.sources.list() };
  });
  if (options.json)
    return printJson({
      requests: counts,
      sources: sources.map(({ id, lastOkAt, lastError }) => ({ id, lastOkAt, lastError })),
    });
  for (const source of sources) console.log(`${source.id}  ${source.lastError ?? 'ok'}`);
  for (const [status, count] of Object.entries(counts)) console.log(`${status}: ${count}`);
}
