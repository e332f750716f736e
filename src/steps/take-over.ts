/**
 * What was taken away after a backup was made is taken away again when it is restored: people who were erased, and what
 * staff may no longer do. The database that is put aside knows of it.
 */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import { hindranceOf } from '../domain/erase-person.ts';
import { lesserOf } from '../domain/staff.ts';
import type { Earlier } from '../records/privacy.ts';
import type { Records, Store } from '../records/store.ts';
import { sealNow } from './audit.ts';
import { eraseBeside, eraseRequest } from './erase-person.ts';
import { changeMember } from './staff-list.ts';

export interface TakenOver {
  /** Refs, of those that were erased again, */
  readonly erased: readonly string[];
  /** those that are not over in the backup, or owe something, */
  readonly notOver: readonly string[];
  /** and those that came after it. */
  readonly unknown: readonly string[];
  /** Addresses of staff. */
  readonly lessened: readonly string[];
}

export async function takeOver(store: Store, earlier: Earlier, at: number): Promise<TakenOver> {
  const found = await eraseAgain(store, earlier.erased, at);
  const lessened: string[] = [];
  for (const then of earlier.staff) {
    const member = await store.records.staff.get(then.email);
    const changes = member && lesserOf(member, then);
    if (changes) {
      await changeMember({ store, now: () => at }, 'operator', then.email, changes, { onlyIfSafe: false });
      lessened.push(then.email);
    }
    // Who came after the backup stays, or nobody might be left; who came and went isn't brought back by STAFF_EMAILS.
    if (!member) await store.records.staff.put({ ...then, awayUntil: null, standIn: null }, at);
  }
  return { ...found, lessened };
}

async function eraseAgain(store: Store, refs: readonly string[], at: number): Promise<Omit<TakenOver, 'lessened'>> {
  const found = { erased: [] as string[], notOver: [] as string[], unknown: [] as string[] };
  const addresses = new Set<string>();
  await store.transaction(async (records) => {
    await sealNow(records);
    for (const ref of refs) {
      const request = await records.requests.byRef(ref);
      if (!request) found.unknown.push(ref);
      else if (request.erasedAt !== null) continue;
      else if (hindranceOf(request, await records.privacy.countOpenEffects(request.id))) found.notOver.push(ref);
      else {
        for (const one of await addressesOf(records, request)) addresses.add(one);
        await eraseRequest(records, request, 'operator', at);
        found.erased.push(ref);
      }
    }
    for (const one of addresses) {
      // Whoever has a request left may be another party of an erased one.
      const isOthers = (await records.staff.get(one)) || (await records.privacy.requestsOf(one)).length > 0;
      if (!isOthers) await eraseBeside(records, one, at);
    }
    await sealNow(records);
  });
  if (found.erased.length > 0) await store.compact();
  return found;
}

async function addressesOf(records: Records, request: CancellationRequest): Promise<string[]> {
  const { responses } = await records.privacy.keptBeside(request.id);
  const { fields, order, mailTo, asking, undelivered } = request;
  const named = [fields.email, order?.email, mailTo, asking?.to, undelivered?.address];
  const all = [...named, ...responses.map(({ respondentEmail }) => respondentEmail)];
  return all.flatMap((one) => readEmailAddress(one ?? null) ?? []);
}
