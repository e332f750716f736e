/** A response becomes a request, once, before anything else happens to it. */

import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import { digestOf, planIntake } from '../domain/join-responses.ts';
import { withJoined } from '../domain/joined-words.ts';
import { isEnded, nextStatus } from '../domain/lifecycle.ts';
import { readFields } from '../domain/question-mapping.ts';
import type { IncomingResponse } from '../domain/response.ts';
import type { StoredResponse } from '../records/responses.ts';
import { ConflictError, type Records } from '../records/store.ts';
import { createRequest, createRequests, doubtOf, patienceWith, type Taken } from './create-requests.ts';
import type { Desk } from './desk.ts';
import { ERASING } from './erase-person.ts';
import { newId } from './ids.ts';
import { moveRequest } from './move-request.ts';
import { oweStaffMails } from './owe-mail.ts';
import { turnOf } from './turn-of.ts';
import { mustUpdate } from './write-anew.ts';
import { unlessBegun } from './written-again.ts';

/**
 * Stores responses in the caller's transaction, which has to be made anew on a ConflictError. Returns the ids of the
 * requests they ended in, in their order. Those of which nothing is known are most: they go in together, in as many
 * statements as one.
 */
export async function takeResponses(
  desk: Desk,
  records: Records,
  responses: readonly IncomingResponse[],
): Promise<string[]> {
  if (responses.length === 0) return [];
  const taken = responses.map((response) => ({ response, digest: response.sameAs ?? digestOf(response) }));
  // By what it says, and by its id: two revisions that come at once say different things.
  await records.lock(...new Set(taken.flatMap((one) => [`response ${one.digest}`, ...idsOf(one)])));
  const found = await records.responses.lookUp(taken.map(({ response, digest }) => ({ ...response, digest })));
  const isFirst = firstOfTheirKind(taken);
  const created = taken.filter((one, i) => found[i]?.kind === 'new' && isFirst[i] && !mayBeErased(one));
  const ids = new Map<Taken, string>();
  if (created.length > 0) {
    const requestIds = await createRequests(
      desk,
      records,
      created.map((one) => ({ ...one, follows: null })),
    );
    for (const [i, one] of created.entries()) ids.set(one, requestIds[i] as string);
    await records.responses.insert(...created.map((one) => storedAs(one, ids.get(one) as string, desk.now())));
  }
  for (const [i, one] of taken.entries()) {
    const known = found[i];
    if (!ids.has(one)) ids.set(one, known?.kind === 'stored' ? known.requestId : await takeRelated(desk, records, one));
  }
  return taken.map((one) => ids.get(one) as string);
}

/** Whether none before it in the list has the same id or says the same. */
function firstOfTheirKind(taken: readonly Taken[]): boolean[] {
  const seen = new Set<string>();
  return taken.map((one) => {
    const keys = [one.digest, ...idsOf(one)];
    const isFirst = !keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return isFirst;
  });
}

/** Of a row that was changed after its person was erased, only its timestamp is known. */
function mayBeErased({ response: { doubt } }: Taken): boolean {
  return doubt === 'old_row' || doubt === 'edited_row';
}

function idsOf({ response: { source, sourceId, externalId, replaces } }: Taken): string[] {
  return [externalId, ...(replaces ? [replaces] : [])].map(
    (id) => `response id ${JSON.stringify([source, sourceId, id])}`,
  );
}

function storedAs({ response, digest }: Taken, requestId: string, receivedAt: number): StoredResponse {
  return { ...response, id: newId(), requestId, digest, receivedAt };
}

/** One that the store may know already, under its id or by what it says. Its digest is locked. */
async function takeRelated(desk: Desk, records: Records, { response, digest }: Taken): Promise<string> {
  const now = desk.now();
  const { source, sourceId, externalId, replaces } = response;
  const known =
    (await records.responses.knownRequest(source, sourceId, externalId, digest)) ??
    (replaces ? await records.responses.knownRequest(source, sourceId, replaces, digest) : null);
  const twins = known ? [] : await records.responses.twins(digest);
  const plan = planIntake(response, digest, now, known, twins);
  const isStrange = plan.kind === 'new_request' && mayBeErased({ response, digest });
  if (plan.kind !== 'new_request' || isStrange) await records.lock(ERASING);
  const erased = isStrange ? await records.responses.erasedRow({ ...response, digest }) : null;
  if (erased) {
    await records.responses.insertErased(storedAs({ response, digest }, erased, now));
    return erased;
  }
  if ((plan.kind === 'known' || plan.kind === 'same_response') && (await isErased(records, plan.requestId))) {
    await records.responses.insertErased(storedAs({ response, digest }, plan.requestId, now));
    return plan.requestId;
  }
  const requestId =
    // Who edits a response after its erasure asks anew.
    plan.kind === 'new_request' || (plan.kind === 'new_version' && known?.isErased)
      ? await createRequest(desk, records, { response, digest }, null)
      : plan.kind === 'new_version'
        ? await reviseRequest(desk, records, plan.requestId, { response, digest })
        : plan.requestId;
  await records.responses.insert(storedAs({ response, digest }, requestId, now));
  if (plan.kind === 'same_response') {
    const data = { source };
    await records.events.append(requestId, { at: now, actor: 'service', type: 'joined', data });
  }
  // Also of an edit that the sheet has told first.
  const saysTheSame = plan.kind === 'same_response' || (plan.kind === 'known' && known?.digest === digest);
  if (saysTheSame) await noteVouching(desk, records, requestId, response);
  return requestId;
}

async function isErased(records: Records, requestId: string): Promise<boolean> {
  return ((await records.requests.get(requestId))?.erasedAt ?? null) !== null;
}

/** The same response from another source. Google vouches for addresses in one of them only: that counts for both. */
async function noteVouching(
  desk: Desk,
  records: Records,
  requestId: string,
  { source, emailVerified, respondentEmail }: IncomingResponse,
): Promise<void> {
  const at = desk.now();
  const request = await records.requests.get(requestId);
  // Google vouches for the address it collected, not for one that stands in an answer.
  const sameAddress = readEmailAddress(respondentEmail) === request?.fields.email;
  if (!request || !emailVerified || !sameAddress || request.emailVerified) return;
  if (request.status === 'received') {
    await mustUpdate(records, request, { emailVerified: true, dueAt: turnOf(request, at) }, at);
  } else if (request.asking?.kind === 'confirmation' && request.orderId) {
    const dueAt = turnOf(request, at);
    const changes = { emailVerified: true, asking: null, dueAt, attempts: 0, expiresAt: null };
    const trace = { actor: 'service', at, data: { by: source } };
    const moved = await moveRequest(records, request, 'confirmed', changes, trace);
    if (moved === 'stale') throw new ConflictError(`${request.ref} changed meanwhile`);
  }
}

function isLater({ submittedAt }: IncomingResponse, request: CancellationRequest): boolean {
  return submittedAt !== null && submittedAt > request.submittedAt;
}

/** An edited response: a new version while staff can still look at it, a notice to staff once it is approved. */
async function reviseRequest(desk: Desk, records: Records, requestId: string, taken: Taken): Promise<string> {
  const { response, digest } = taken;
  const now = desk.now();
  // What was approved before the response was edited is not carried out, where nobody has begun on it.
  const request = await unlessBegun(desk, records, requestId, now);
  if (nextStatus(request.status, 'edited')) {
    const changes = {
      version: request.version + 1,
      fields: readFields(response.answers, response.respondentEmail),
      answers: withJoined(response.answers, request.answers),
      emailVerified: response.emailVerified,
      digest,
      submittedAt: response.submittedAt ?? now,
      sourceSubmittedAt: response.submittedAt,
      // A cell that staff correct makes nothing newer.
      doubt: isLater(response, request) ? doubtOf(desk, response) : request.doubt,
      match: null,
      orderId: null,
      orderName: null,
      order: null,
      question: null,
      asking: null,
      proof: null,
      assessment: null,
      approvals: [],
      hold: null,
      dueAt: now + patienceWith(desk, response),
      attempts: 0,
      expiresAt: null,
    };
    const moved = await moveRequest(records, request, 'edited', changes, { actor: 'customer', at: now });
    if (moved === 'stale') throw new ConflictError(`${request.ref} changed meanwhile`);
    if (moved !== 'moved') throw new Error(`Request ${request.ref} could not take its edited response: ${moved}`);
    await records.tokens.revokeForRequest(request.id, 'staff', now);
    return request.id;
  }
  if (isEnded(request.status) && request.status !== 'cancelled') {
    return createRequest(desk, records, taken, request.id);
  }
  // Approved, being executed, failed or cancelled: what was approved stays, a person reads the new text.
  const kept = {
    answers: withJoined(response.answers, request.answers),
    digest,
    sourceSubmittedAt: response.submittedAt,
  };
  await mustUpdate(records, request, kept, now);
  await records.events.append(request.id, { at: now, actor: 'customer', type: 'edited_late', data: {} });
  await oweStaffMails(desk, records, request, 'staff-wrote-again', now, digest);
  return request.id;
}
