/** One decision, once. First valid one wins; whoever comes later is told who decided. */
import type { CancellationRequest, Decision, MatchCandidate } from '../domain/cancellation-request.ts';
import { allows, checkDecision, type DecisionErrors, type DecisionInput } from '../domain/decision.ts';
import { cancelKey } from '../domain/effect.ts';
import { candidate, referencesOf } from '../domain/match.ts';
import type { Order } from '../domain/order.ts';
import { nameKey, referenceKeys, searchNames } from '../domain/order-reference.ts';
import { readReferences } from '../domain/read-references.ts';
import { ConflictError, type Records } from '../records.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { formatOf } from './match-requests.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail } from './owe-mail.ts';

export type DecideResult =
  | { readonly kind: 'done'; readonly request: CancellationRequest }
  /** Somebody else was first, or the status doesn't allow it any more. */
  | { readonly kind: 'too_late'; readonly request: CancellationRequest }
  /** The request changed since the page was shown. */
  | { readonly kind: 'stale'; readonly request: CancellationRequest }
  | { readonly kind: 'invalid'; readonly request: CancellationRequest; readonly errors: DecisionErrors };

/**
 * @param by staff address, or "operator"
 * @param revision of the request as the person saw it
 */
export async function decide(
  desk: Desk,
  requestId: string,
  by: string,
  revision: number,
  input: DecisionInput,
): Promise<DecideResult> {
  const request = await mustGet(desk.store.records, requestId);
  if (!allows(request, input.kind)) return { kind: 'too_late', request };
  if (request.revision !== revision) return { kind: 'stale', request };
  const { order } = await desk.freshOrder(request);
  const errors = checkDecision(request, order, input);
  if (Object.keys(errors).length > 0) return { kind: 'invalid', request, errors };
  // Outside calls come before the transaction: inside one nothing may wait for a network.
  const chosen = input.kind === 'choose' ? await findChosen(desk, request, input) : null;
  if (input.kind === 'choose' && !chosen) return { kind: 'invalid', request, errors: { order: 'order_not_found' } };
  try {
    const moved = await desk.store.transaction((records) => write(desk, records, request, by, input, chosen));
    const now = await mustGet(desk.store.records, requestId);
    if (moved === 'held') return { kind: 'invalid', request: now, errors: { order: 'order_has_request' } };
    if (moved !== 'moved') return { kind: allows(now, input.kind) ? 'stale' : 'too_late', request: now };
    desk.log.info({ ref: request.ref, decision: input.kind }, 'decided');
    desk.wake();
    return { kind: 'done', request: now };
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return {
      kind: 'invalid',
      request: await mustGet(desk.store.records, requestId),
      errors: { order: 'order_has_request' },
    };
  }
}

async function write(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  by: string,
  input: DecisionInput,
  chosen: Chosen | null,
): Promise<'moved' | 'refused' | 'stale' | 'held'> {
  const at = desk.now();
  const trace = { actor: by, at };
  switch (input.kind) {
    case 'approve': {
      if (!request.orderId) return 'refused';
      const decision: Decision = {
        kind: 'approve',
        by,
        at,
        customerText: null,
        restock: input.restock,
        refund: input.refund,
      };
      const changes = { decision, approvedFingerprint: input.seen, trouble: null, expiresAt: null };
      const data = { order: request.orderName, restock: input.restock, refund: input.refund };
      const moved = await moveRequest(records, request, 'approved', changes, { ...trace, data });
      if (moved !== 'moved') return moved;
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      return (await oweCancel(records, request.id, request.orderId, input, at)) ? 'moved' : undo();
    }
    case 'decline': {
      const decision: Decision = {
        kind: 'decline',
        by,
        at,
        customerText: input.reason.trim(),
        restock: false,
        refund: false,
      };
      const moved = await moveRequest(
        records,
        request,
        'declined',
        { decision, trouble: null, expiresAt: null },
        trace,
      );
      if (moved !== 'moved') return moved;
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      await oweCustomerMail(records, request, 'customer-declined', request.fields.email, at);
      return 'moved';
    }
    case 'ask': {
      const changes = { question: input.question.trim(), expiresAt: at + desk.timings.questionExpires };
      const moved = await moveRequest(records, request, 'asked', changes, trace);
      if (moved !== 'moved') return moved;
      await oweCustomerMail(records, request, 'customer-question', request.fields.email, at, `v${request.version}`);
      return 'moved';
    }
    case 'choose': {
      if (!chosen || !request.match) return 'refused';
      const { order, evidence } = chosen;
      const holder = await records.requests.holderOf(order.id);
      if (holder && holder.id !== request.id) return 'held';
      const changes = {
        match: { ...request.match, candidates: [evidence] },
        order,
        orderId: order.id,
        orderName: order.name,
        locale: desk.renderer.bestLocale(order.customerLocale) ?? request.locale,
      };
      return moveRequest(records, request, 'order_chosen', changes, { ...trace, data: { order: order.name } });
    }
  }
}

/** Rolls the transaction back: the order's one cancellation belongs to another request. */
function undo(): never {
  throw new ConflictError('The cancellation of this order is owed already');
}

async function oweCancel(
  records: Records,
  requestId: string,
  orderId: string,
  { restock, refund }: { restock: boolean; refund: boolean },
  now: number,
): Promise<boolean> {
  const payload = { orderId, restock, refund };
  const key = cancelKey(orderId);
  const earlier = await records.effects.byKey(key);
  if (!earlier) {
    await records.effects.insert({ kind: 'shopify_cancel', key, requestId, payload }, newId(), now);
    return true;
  }
  return earlier.kind === 'shopify_cancel' && records.effects.restartCancel(earlier, payload, requestId, now);
}

/** One of the candidates that were shown, or an order staff named; read from Shopify, never taken from the form. */
async function findChosen(
  desk: Desk,
  request: CancellationRequest,
  { orderId, orderName }: { orderId: string | null; orderName: string },
): Promise<Chosen | null> {
  const format = formatOf(await desk.shop());
  if (orderName.trim()) {
    const [reference] = readReferences(orderName, format, true);
    if (!reference) return null;
    const keys = referenceKeys(reference.text, format);
    const found = await desk.orders.find(
      searchNames(reference.text, format).map((value) => ({ field: 'name', value })),
    );
    const named = found.filter((order) => keys.includes(nameKey(order.name)));
    const [only] = named;
    return named.length === 1 && only ? read(only.id) : null;
  }
  const shown = request.match?.candidates.find((one) => one.orderId === orderId);
  return shown ? read(shown.orderId) : null;

  async function read(id: string): Promise<Chosen | null> {
    const order = await desk.orders.read(id);
    return order && { order, evidence: candidate(order, request.fields, referencesOf(request.fields, format), format) };
  }
}

interface Chosen {
  readonly order: Order;
  readonly evidence: MatchCandidate;
}

async function mustGet(records: Records, id: string): Promise<CancellationRequest> {
  const request = await records.requests.get(id);
  if (!request) throw new Error(`Request ${id} is not in the store`);
  return request;
}
