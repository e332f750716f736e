/** What the customer may do from the link in their mail. */
import type { CancellationRequest, RequestFields } from '../domain/cancellation-request.ts';
import { LONGEST_TEXT } from '../domain/decision.ts';
import { nextStatus } from '../domain/lifecycle.ts';
import type { Desk } from './desk.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';

export type CustomerResult = 'done' | 'too_late' | 'answer_missing' | 'too_long';

export function canWithdraw(request: CancellationRequest): boolean {
  return nextStatus(request.status, 'withdrawn') !== null;
}

export function canAnswer(request: CancellationRequest): boolean {
  return request.status === 'needs_customer' && request.question !== null;
}

export async function withdraw(desk: Desk, request: CancellationRequest): Promise<CustomerResult> {
  const now = desk.now();
  const moved = await desk.store.transaction(async (records) => {
    const changes = { expiresAt: null, dueAt: null };
    const result = await moveRequest(records, request, 'withdrawn', changes, { actor: 'customer', at: now });
    if (result !== 'moved') return false;
    await records.tokens.revokeForRequest(request.id, 'staff', now);
    await oweCustomerMail(records, request, 'customer-withdrawn', request.fields.email, now);
    return true;
  });
  desk.wake();
  return moved ? 'done' : 'too_late';
}

export async function answerQuestion(
  desk: Desk,
  request: CancellationRequest,
  answer: string,
): Promise<CustomerResult> {
  const text = answer.trim();
  if (text === '') return 'answer_missing';
  if (text.length > LONGEST_TEXT) return 'too_long';
  if (!canAnswer(request)) return 'too_late';
  const now = desk.now();
  const version = request.version + 1;
  const answers = [...request.answers, { questionId: null, question: request.question ?? '', values: [text] }];
  const shared = { version, answers, question: null };
  const trace = { actor: 'customer', at: now };
  const moved = await desk.store.transaction(async (records) => {
    await records.tokens.revokeForRequest(request.id, 'staff', now);
    if (request.orderId) {
      const changes = { ...shared, expiresAt: now + desk.timings.requestExpires };
      const result = await moveRequest(records, request, 'answered_about_order', changes, trace);
      if (result !== 'moved') return false;
      await oweStaffMails(records, { id: request.id, version }, 'staff-decide', desk.defaultLocale, now);
      return true;
    }
    const changes = {
      ...shared,
      fields: withAnswer(request.fields, text),
      match: null,
      dueAt: now,
      attempts: 0,
      expiresAt: null,
    };
    return (await moveRequest(records, request, 'answered', changes, trace)) === 'moved';
  });
  desk.wake();
  return moved ? 'done' : 'too_late';
}

/** No order was known: the answer is where its name would be. */
function withAnswer(fields: RequestFields, text: string): RequestFields {
  return /\p{Nd}/u.test(text)
    ? { ...fields, orderReference: text }
    : { ...fields, message: [fields.message, text].filter(Boolean).join('\n') };
}
