/** What has had its time is let go, kind by kind, in small batches: docs/privacy.md says what and after how long. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { withoutCustomer } from '../domain/erase-person.ts';
import { RETENTION_KINDS, type RetentionKind } from '../records/privacy.ts';
import type { Records } from '../records/store.ts';
import { sealNow } from './audit.ts';
import type { Desk } from './desk.ts';
import { eraseRequest } from './erase-person.ts';

const BATCH = 20;
const LOOK_MS = 10 * 60_000;

/** Returns how many requests something was let go of. */
export async function letGo(desk: Desk): Promise<number> {
  const { housekeeping, store, now, retention } = desk;
  const lookedAt = now();
  if (housekeeping.letGoAt > lookedAt) return 0;
  let done = 0;
  for (const kind of RETENTION_KINDS) {
    const life = retention[kind];
    if (life === null) continue;
    done += await store.transaction(async (records) => {
      // The chain's lock keeps the processes apart too.
      await sealNow(records);
      const outlived = await records.privacy.outlived(kind, now() - life, BATCH);
      for (const request of outlived) await take(records, kind, request, now());
      if (kind === 'personal' && outlived.length > 0) await sealNow(records);
      return outlived.length;
    });
  }
  if (done === 0) housekeeping.letGoAt = lookedAt + LOOK_MS;
  return done;
}

async function take(records: Records, kind: RetentionKind, request: CancellationRequest, at: number): Promise<void> {
  switch (kind) {
    case 'raw':
      return records.privacy.pruneRaw(request.id);
    case 'order':
      return records.privacy.pruneOrder(request.id, request.order && withoutCustomer(request.order));
    case 'personal':
      return eraseRequest(records, request, 'service', at);
  }
}
