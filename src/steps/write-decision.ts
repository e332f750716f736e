/** What a decision writes, in one transaction: the request's way on, its history, what is owed to Shopify and who is told. */
import type { CancellationRequest, Decision } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { notAwaited } from '../domain/decision.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { oweHold, oweRelease } from './holds.ts';
import { newId } from './ids.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import type { Writing } from './prepare-decision.ts';
import { undoApproval } from './take-back.ts';
import { tellOthers } from './tell-others.ts';
import { noteNamedMissing } from './who-decides.ts';
import { writeApproval } from './write-approval.ts';

export async function writeDecision(
  desk: Desk,
  records: Records,
  writing: Writing,
): Promise<'moved' | 'refused' | 'stale' | 'held'> {
  const { request, by, input, policy, chosen, assessment } = writing;
  const at = desk.now();
  const trace = { actor: by, at };
  switch (input.kind) {
    case 'approve':
    case 'part':
    case 'change':
      return writeApproval(desk, records, writing, input);
    case 'undo':
      return (await undoApproval(desk, records, request, by, at)) ? 'moved' : 'refused';
    case 'offer': {
      const to = customerAddress(request);
      if (!to) return 'refused';
      const asking = { kind: 'offer', to, orderId: null, terms: input.terms } as const;
      const changes = {
        ...askedAnew(request),
        question: input.offer.trim(),
        asking,
        expiresAt: at + desk.timings.questionExpires,
      };
      const moved = await moveRequest(records, request, 'offered', changes, {
        ...trace,
        data: { text: changes.question, ...input.terms },
      });
      if (moved === 'moved') await oweCustomerMail(records, request, 'customer-offer', to, at, `r${request.revision}`);
      return moved;
    }
    case 'return': {
      if (!request.orderId) return 'refused';
      const text = input.instructions.trim();
      const decision: Decision = { kind: 'return', by, at, customerText: text, treatment: null, part: null };
      const changes = { decision, trouble: null, asking: null, expiresAt: null };
      const moved = await moveRequest(records, request, 'return_approved', changes, { ...trace, data: { text } });
      if (moved !== 'moved') return moved;
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      const payload = { orderId: request.orderId, note: request.ref };
      const key = `return:${request.id}:r${request.revision}`;
      await records.effects.insert({ kind: 'shopify_return', key, requestId: request.id, payload }, newId(), at);
      await tellOthers(desk, records, { ...request, decision }, by, at);
      return 'moved';
    }
    case 'decline': {
      const text = input.reason.trim();
      const decision: Decision = { kind: 'decline', by, at, customerText: text, treatment: null, part: null };
      const changes = { decision, trouble: null, asking: null, expiresAt: null, dueAt: null };
      const moved = await moveRequest(records, request, 'declined', changes, { ...trace, data: { text } });
      if (moved !== 'moved') return moved;
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      await oweCustomerMail(records, request, 'customer-declined', customerAddress(request), at);
      await tellOthers(desk, records, { ...request, decision }, by, at);
      return 'moved';
    }
    case 'reassess': {
      // Its old policy is forgotten, so that the one in force is taken.
      const changes = {
        assessment: null,
        approvals: [],
        asking: null,
        dueAt: at,
        attempts: 0,
        expiresAt: null,
        version: request.version + 1,
      };
      const moved = await moveRequest(records, request, 'reassessed', changes, trace);
      if (moved === 'moved') await records.tokens.revokeForRequest(request.id, 'staff', at);
      return moved;
    }
    case 'ask': {
      const to = customerAddress(request);
      if (!to) return 'refused';
      const asking = { kind: 'question', to, orderId: null } as const;
      const changes = {
        ...askedAnew(request),
        question: input.question.trim(),
        asking,
        expiresAt: at + desk.timings.questionExpires,
      };
      const moved = await moveRequest(records, request, 'asked', changes, {
        ...trace,
        data: { text: changes.question },
      });
      if (moved !== 'moved') return moved;
      await oweCustomerMail(records, request, 'customer-question', to, at, `r${request.revision}`);
      return 'moved';
    }
    case 'stop_waiting': {
      const asked = request.asking?.kind ?? null;
      const changes = {
        asking: null,
        question: null,
        trouble: null,
        ...(assessment ? { assessment, approvals: [] } : {}),
        expiresAt: at + desk.timings.requestExpires,
      };
      const moved = await moveRequest(records, request, notAwaited(request), changes, { ...trace, data: { asked } });
      const assessed = { ...request, assessment: assessment ?? request.assessment };
      const occasion = `not_awaited:r${request.revision}`;
      if (moved === 'moved') await oweStaffMails(desk, records, assessed, 'staff-decide', at, occasion);
      return moved;
    }
    case 'choose': {
      if (!chosen || !request.match) return 'refused';
      const { order, match } = chosen;
      const holder = await records.requests.holderOf(order.id);
      if (holder && holder.id !== request.id) return 'held';
      const isAnother = request.orderId !== null && request.orderId !== order.id;
      const bound = isAnother ? { ...request, version: request.version + 1, hold: null } : request;
      const changes = {
        match,
        ...(isAnother ? { version: bound.version, proof: null, hold: null } : {}),
        order,
        orderId: order.id,
        orderName: order.name,
        customerEmail: order.email ?? request.fields.email,
        mailTo: null,
        asking: null,
        assessment,
        approvals: [],
        expiresAt: at + desk.timings.requestExpires,
        locale: desk.renderer.bestLocale(order.customerLocale) ?? request.locale,
      };
      const moved = await moveRequest(records, request, 'order_chosen', changes, {
        ...trace,
        data: { order: order.name },
      });
      if (moved !== 'moved') return moved;
      if (isAnother) {
        await oweRelease(records, request.id, at);
        await records.tokens.revokeForRequest(request.id, 'staff', at);
        const assessed = { ...bound, assessment: assessment ?? null };
        await oweStaffMails(desk, records, assessed, 'staff-decide', at, `chosen:v${bound.version}`);
      }
      await noteNamedMissing(records, { id: request.id, assessment: assessment ?? null }, at);
      if (policy.hold && !bound.hold) await oweHold(records, bound, order.id, at);
      return moved;
    }
  }
}

/** What came of an earlier question is over: also that it bounced. A mail that told something is still to be sent again. */
function askedAnew({ undelivered }: CancellationRequest) {
  return { trouble: null, undelivered: undelivered?.notices.length ? undelivered : null };
}
