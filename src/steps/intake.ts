/** A response becomes a request, once, before anything else happens to it. */
import { digestOf, planIntake } from '../domain/join-responses.ts';
import { isEnded, nextStatus } from '../domain/lifecycle.ts';
import { readFields } from '../domain/question-mapping.ts';
import type { IncomingResponse } from '../domain/response.ts';
import type { Records } from '../records.ts';
import type { Desk } from './desk.ts';
import { newId, newRef } from './ids.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';

/** Stores one response in the caller's transaction. Returns the id of the request it ended in. */
export async function takeResponse(desk: Desk, records: Records, response: IncomingResponse): Promise<string> {
  const now = desk.now();
  const digest = digestOf(response);
  await records.lock(`response ${digest}`);
  const { source, sourceId, externalId, replaces } = response;
  const known =
    (await records.responses.knownRequest(source, sourceId, externalId)) ??
    (replaces ? await records.responses.knownRequest(source, sourceId, replaces) : null);
  const twins = known ? [] : await records.responses.twins(digest);
  const plan = planIntake(response, digest, now, known, twins);
  const requestId =
    plan.kind === 'new_request'
      ? await createRequest(desk, records, response, digest, null)
      : plan.kind === 'new_version'
        ? await reviseRequest(desk, records, plan.requestId, response, digest)
        : plan.requestId;
  await records.responses.insert({ ...response, id: newId(), requestId, digest, receivedAt: now });
  if (plan.kind === 'same_response') {
    await records.events.append(requestId, { at: now, actor: 'service', type: 'joined', data: { source } });
  }
  return requestId;
}

async function createRequest(
  desk: Desk,
  records: Records,
  response: IncomingResponse,
  digest: string,
  follows: string | null,
): Promise<string> {
  const now = desk.now();
  const id = newId();
  const fields = readFields(response.answers, response.respondentEmail);
  await records.requests.insert({
    id,
    ref: newRef(),
    locale: desk.defaultLocale,
    fields,
    answers: response.answers,
    emailVerified: response.emailVerified,
    submittedAt: response.submittedAt ?? now,
    sourceSubmittedAt: response.submittedAt,
    receivedAt: now,
    digest,
    follows,
  });
  await records.events.append(id, { at: now, actor: 'service', type: 'received', data: { source: response.source } });
  await oweCustomerMail(
    records,
    { id, version: 1, locale: desk.defaultLocale },
    'customer-received',
    fields.email,
    now,
  );
  return id;
}

/** An edited response: a new version while staff can still look at it, a notice to staff once it is approved. */
async function reviseRequest(
  desk: Desk,
  records: Records,
  requestId: string,
  response: IncomingResponse,
  digest: string,
): Promise<string> {
  const now = desk.now();
  const request = await records.requests.get(requestId);
  if (!request) throw new Error(`Response belongs to request ${requestId}, which is not in the store`);
  if (nextStatus(request.status, 'edited')) {
    const changes = {
      version: request.version + 1,
      fields: readFields(response.answers, response.respondentEmail),
      answers: response.answers,
      emailVerified: response.emailVerified,
      digest,
      submittedAt: response.submittedAt ?? now,
      sourceSubmittedAt: response.submittedAt,
      match: null,
      orderId: null,
      orderName: null,
      order: null,
      question: null,
      dueAt: now,
      attempts: 0,
      expiresAt: null,
    };
    const moved = await moveRequest(records, request, 'edited', changes, { actor: 'customer', at: now });
    if (moved !== 'moved') throw new Error(`Request ${request.ref} could not take its edited response: ${moved}`);
    await records.tokens.revokeForRequest(request.id, 'staff', now);
    return request.id;
  }
  if (isEnded(request.status) && request.status !== 'cancelled') {
    return createRequest(desk, records, response, digest, request.id);
  }
  // Approved, being executed, failed or cancelled: what was approved stays, a person reads the new text.
  const kept = { answers: response.answers, digest, sourceSubmittedAt: response.submittedAt };
  if (!(await records.requests.update(request, kept, now))) throw new Error(`Request ${request.ref} changed meanwhile`);
  await records.events.append(request.id, { at: now, actor: 'customer', type: 'edited_late', data: {} });
  await oweStaffMails(records, request, 'staff-edited-late', desk.defaultLocale, now, digest);
  return request.id;
}
