import type { SetAside } from '../records/quarantine.ts';
import { releaseSetAside } from '../steps/quarantine.ts';
import { CommandError, EXIT } from './exit.ts';
import { printJson, withService } from './with-service.ts';

export async function listDead({ json }: { json?: boolean }): Promise<void> {
  const items = await withService(({ desk }) => desk.store.records.quarantine.list());
  if (json) return printJson(items.map((item) => ({ ...item, since: new Date(item.since).toISOString() })));
  if (items.length === 0) return console.log('Nothing is set aside.');
  for (const item of items) console.log(line(item));
}

export async function retryDead(id: string | undefined, options: { all?: boolean; json?: boolean }): Promise<void> {
  if ((id === undefined) === (options.all === undefined)) {
    throw new CommandError('Say which: an id of "cancel-desk dead list", the ref of a request, or --all.', EXIT.usage);
  }
  const retried = await withService(async ({ desk }) => {
    const ref = id?.toUpperCase();
    const items = (await desk.store.records.quarantine.list()).filter(
      (item) => options.all || item.id === id || (item.ref !== null && item.ref === ref),
    );
    if (id !== undefined && items.length === 0) {
      throw new CommandError(`Nothing is set aside under ${id}. "cancel-desk dead list" shows what is.`);
    }
    return releaseSetAside(desk, items);
  });
  if (options.json) return printJson({ retried });
  console.log(`${retried} put back to work.`);
}

function line({ id, kind, what, ref, since, reason }: SetAside): string {
  const when = new Date(since).toISOString().slice(0, 16).replace('T', ' ');
  return [id, kind.padEnd(8), what, ref ?? '', when, reason].filter(Boolean).join('  ');
}
