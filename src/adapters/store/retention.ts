/** What is let go of when its time is over, each kind of data by itself. */
import { type Kysely, sql } from 'kysely';
import type { CancellationRequest } from '../../domain/cancellation-request.ts';
import { ERASED_TEXT } from '../../domain/erase-person.ts';
import type { Privacy, RetentionKind } from '../../records/privacy.ts';
import { OPEN_EFFECT } from './effects.ts';
import { toRequest, toRequestColumns } from './rows.ts';
import type { Tables } from './tables.ts';

/** What is gone from a request, each kind a bit: how long each is kept is the shop's own choice, and so is their order. */
export const PRUNED: Record<RetentionKind, number> = { raw: 1, order: 2, personal: 4 };
/** Each combination in which the kind is still there; with the person everything else is gone as well. */
const STILL_THERE: Record<RetentionKind, readonly number[]> = { raw: [0, 2], order: [0, 1], personal: [0, 1, 2, 3] };

type Retained = Pick<Privacy, 'outlived' | 'pruneRaw' | 'pruneOrder'>;

export function retentionRecords(db: Kysely<Tables>): Retained {
  return {
    async outlived(kind, before, limit) {
      const found: CancellationRequest[] = [];
      // One at a time: over several, the index would be read past everything that is still young.
      for (const pruned of STILL_THERE[kind]) {
        const rows = await db
          .selectFrom('requests')
          .selectAll()
          // In the statement's own text: SQLite finds a partial index by it.
          .where(sql<boolean>`stage = 'ended'`)
          .where('pruned', '=', pruned)
          .where('updated_at', '<=', before)
          .where((where) =>
            where.not(
              where.exists(
                where
                  .selectFrom('effects')
                  .select('effects.id')
                  .whereRef('effects.request_id', '=', 'requests.id')
                  .where(OPEN_EFFECT),
              ),
            ),
          )
          .orderBy('updated_at')
          .limit(limit - found.length)
          .execute();
        found.push(...rows.map(toRequest));
        if (found.length === limit) break;
      }
      return found;
    },

    async pruneRaw(requestId) {
      await db
        .updateTable('responses')
        .set({ answers: '[]', respondent_email: null })
        .where('request_id', '=', requestId)
        .execute();
      await blankEffects(db, requestId, ['mail']);
      await db
        .updateTable('requests')
        .set({ pruned: sql`pruned | ${PRUNED.raw}` })
        .where('id', '=', requestId)
        .execute();
    },

    async pruneOrder(requestId, order) {
      await db
        .updateTable('requests')
        .set({ ...toRequestColumns({ order }), pruned: sql`pruned | ${PRUNED.order}` })
        .where('id', '=', requestId)
        .execute();
    },
  };
}

/** Where the customer was written to, and what a customer's address is changed to. */
export async function blankEffects(db: Kysely<Tables>, requestId: string, kinds: readonly string[]): Promise<void> {
  const rows = await db
    .selectFrom('effects')
    .select(['id', 'kind', 'payload'])
    .where('request_id', '=', requestId)
    .where('kind', 'in', [...kinds])
    .execute();
  for (const { id, kind, payload: text } of rows) {
    const payload = JSON.parse(text);
    if (kind === 'mail' && !payload.notice.startsWith('staff-')) payload.to = ERASED_TEXT;
    if (kind === 'shopify_change') payload.change = { ...payload.change, address: null };
    if (kind === 'shopify_return') payload.note = '';
    await db
      .updateTable('effects')
      .set({ payload: JSON.stringify(payload), last_error: null, fault: null })
      .where('id', '=', id)
      .execute();
  }
}
