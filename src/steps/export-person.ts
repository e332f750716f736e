/** Everything that is kept about one person, for them to read. What belongs to others is left out. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { sameAddress } from '../domain/email-address.ts';
import { rolesOf } from '../domain/erase-person.ts';
import type { RequestEventRecord } from '../records/history.ts';
import type { KeptBeside } from '../records/privacy.ts';
import type { Desk } from './desk.ts';

/** @param email as readEmailAddress gives it */
export async function exportPerson({ store, now }: Desk, email: string): Promise<object> {
  const { privacy, events } = store.records;
  const requests = [];
  for (const request of await privacy.requestsOf(email)) {
    requests.push(view(request, await privacy.keptBeside(request.id), await events.byRequest(request.id), email));
  }
  const setAside = (await privacy.setAsideOf(email)).map(({ response }) => response);
  return { email, exportedAt: iso(now()), requests, responsesNotTakenIn: setAside };
}

function view(
  request: CancellationRequest,
  beside: KeptBeside,
  events: readonly RequestEventRecord[],
  email: string,
): object {
  const respondents = beside.responses.map((one) => one.respondentEmail);
  const { sender, owner } = rolesOf(request, respondents, email);
  const { decision, match, order, payback } = request;
  const toThem = (to: string) => sameAddress(to, email);
  const sent = {
    fields: request.fields,
    // What another response for the same order says is in the request that it came as.
    answers: request.answers.filter(({ joined }) => joined === undefined),
    addressVouchedFor: request.emailVerified,
    responses: beside.responses.map((one) => ({
      ...one,
      receivedAt: iso(one.receivedAt),
      submittedAt: one.submittedAt === null ? null : iso(one.submittedAt),
    })),
  };
  // What was found says whether there is such an order: nothing for whoever merely named it.
  const found = {
    orderName: request.orderName,
    match: match && { kind: match.kind, reason: match.reason },
    order: order && { ...order, cancellationStaffNote: null },
    mailTo: request.mailTo,
    facts: request.assessment?.facts ?? null,
    proof: request.proof,
    payback: payback && { amount: payback.amount, paidBackOn: payback.done?.on ?? null },
    history: events.map(({ at, actor, type, data }) => {
      const happened = { at: iso(at), by: roleOf(actor), what: type };
      return typeof data.text === 'string' ? { ...happened, text: data.text } : happened;
    }),
  };
  return {
    ref: request.ref,
    status: request.status,
    language: request.locale,
    submittedAt: iso(request.submittedAt),
    receivedAt: iso(request.receivedAt),
    updatedAt: iso(request.updatedAt),
    ...(sender ? sent : {}),
    ...(owner ? found : {}),
    question: request.asking && toThem(request.asking.to) ? request.question : null,
    decision: decision && { ...decision, by: roleOf(decision.by) },
    mails: beside.mails.filter((mail) => toThem(mail.to)).map((mail) => ({ ...mail, at: iso(mail.at) })),
    links: beside.links
      .filter((link) => toThem(link.to))
      .map((link) => ({ to: link.to, createdAt: iso(link.createdAt), expiresAt: iso(link.expiresAt) })),
  };
}

/** Who at the shop decided is the shop's own people's data. */
function roleOf(actor: string): string {
  return actor.includes('@') ? 'staff' : actor;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
