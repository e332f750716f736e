/** Requests of responses that nobody has brought before, with the first mail that each owes. */

import { type Doubt, doubtAbout } from '../domain/doubt.ts';
import { languageOfForm, readFields } from '../domain/question-mapping.ts';
import type { IncomingResponse } from '../domain/response.ts';
import type { NewRequest } from '../records/requests.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { idsFor } from './ids.ts';
import { oweReceipts } from './receipts.ts';

export interface Taken {
  readonly response: IncomingResponse;
  readonly digest: string;
}

export async function createRequest(
  desk: Desk,
  records: Records,
  taken: Taken,
  follows: string | null,
): Promise<string> {
  const [id] = await createRequests(desk, records, [{ ...taken, follows }]);
  return id as string;
}

export async function createRequests(
  desk: Desk,
  records: Records,
  taken: readonly (Taken & { readonly follows: string | null })[],
): Promise<string[]> {
  const now = desk.now();
  const ids = await idsOfRequests(records, taken, now);
  // A sheet's row never edits what is over: its customer's edit would have a timestamp of its own.
  const doubts = taken.map(({ response, follows }) =>
    follows && response.source === 'sheets' ? 'edited_row' : doubtOf(desk, response),
  );
  const requests = taken.map(
    ({ response, digest, follows }, i): NewRequest => ({
      ...(ids[i] as RequestIds),
      locale: desk.renderer.bestLocale(languageOfForm(response.answers)) ?? desk.defaultLocale,
      fields: readFields(response.answers, response.respondentEmail),
      answers: response.answers,
      emailVerified: response.emailVerified,
      submittedAt: response.submittedAt ?? now,
      sourceSubmittedAt: response.submittedAt,
      receivedAt: now,
      digest,
      follows,
      doubt: doubts[i] ?? null,
      origin: 'customer',
      dueAt: now + patienceWith(desk, response),
    }),
  );
  const from = (i: number) => taken[i]?.response as IncomingResponse;
  await records.requests.insert(...requests);
  await records.events.appendAll(
    requests.map(({ id, doubt }, i) => {
      const data = { source: from(i).source, ...(doubt ? { doubt } : {}) };
      return { requestId: id, at: now, actor: 'service', type: 'received', data };
    }),
  );
  const receipts = requests.flatMap(({ id, locale, fields, dueAt, doubt }, i) =>
    doubt
      ? []
      : {
          request: { id, version: 1, locale },
          to: fields.email,
          source: nameOf(from(i)),
          dueAt: (dueAt ?? now) + desk.timings.receipt,
        },
  );
  await oweReceipts(records, receipts, desk.policies.inForce().limits, now);
  return requests.map(({ id }) => id);
}

function nameOf({ source, sourceId }: Pick<IncomingResponse, 'source' | 'sourceId'>): string {
  return `${source}:${sourceId}`;
}

export function doubtOf(desk: Desk, response: IncomingResponse): Doubt | null {
  return doubtAbout(response, desk.began.get(nameOf(response)) ?? null, desk.now());
}

type RequestIds = ReturnType<typeof idsFor>;

/** There are 34 thousand million refs: two requests of one are rare, and the second response must not be lost for it. */
async function idsOfRequests(records: Records, taken: readonly Taken[], now: number): Promise<RequestIds[]> {
  const ids = taken.map(({ response }) => idsFor(response, now, 0));
  for (let again = 1; ; again += 1) {
    const others = await records.requests.takenRefs(ids.map(({ ref }) => ref));
    if (others.size === 0) return ids;
    for (const [i, { response }] of taken.entries())
      if (others.has(ids[i]?.ref ?? '')) ids[i] = idsFor(response, now, again);
  }
}

/** A sheet can't say whether Google vouches for the address; its form, which can, brings the same response a moment later. */
export function patienceWith(desk: Desk, { source }: IncomingResponse): number {
  const formIsRead = desk.sources.some(({ kind }) => kind === 'forms');
  return source === 'sheets' && formIsRead ? 2 * desk.timings.pollInterval : 0;
}
