/** One long story in which every mail there is comes to be owed, by what people and Shopify do. */
import { isBeingFulfilled } from '../../src/domain/cancel-check.ts';
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import type { DecisionInput } from '../../src/domain/decision-input.ts';
import { fingerprintOf } from '../../src/domain/order-fingerprint.ts';
import { answerOffer } from '../../src/steps/customer-actions.ts';
import { decide } from '../../src/steps/decide.ts';
import { askToSignIn } from '../../src/steps/sessions.ts';
import { stop, withdraw } from '../../src/steps/withdraw.ts';
import type { OrderSpec } from '../world/shopify/make-order.ts';
import type { ShopOrder } from '../world/shopify/shop-order.ts';
import { SAM, storyOf } from './story.ts';
import { DAY, type DeskInVirtualTime, HOUR, MINUTE } from './virtual-time.ts';

const KIM = 'kim@pine-and-loom.example';
export const EVERYBODY = `${SAM},${KIM}`;
export const POLICY = `
undo: 1h
hold: false
proof: { otherwise: end }
reminders: { after: 8h }
limits: { staff_mails: 8, mails_per_source: 100000 }
rules:
  - { name: two, when: { order_tags: [dear] }, then: staff, approvals: 2 }
`;

interface Asked {
  readonly email: string;
  readonly order: ShopOrder;
  readonly responseId: string;
}

const ADDRESS = {
  firstName: 'Ana',
  lastName: 'Virtanen',
  company: '',
  address1: 'Mäkikatu 2',
  address2: '',
  zip: '33100',
  city: 'Tampere',
  phone: '',
  countryCode: 'FI',
  provinceCode: '',
};
const WHOLE = { confirm: null, restock: true, refund: 'original' } as const;

/** Returns the moment from which on all that is told was told into the fault. */
export async function tellEverything(desk: DeskInVirtualTime, breakMail: () => void): Promise<number> {
  const { shopify, google, inbox } = desk.world;
  const steps = desk.service.desk;

  /** Somebody fills in the form, signed in with the address on the order. */
  const asks = (name: string, spec: OrderSpec = {}): Asked => {
    const email = `${name}@customer.example`;
    let order = shopify.state.addOrder({ email, ...spec });
    // Of one piece there is no part.
    while (order.lines.length < 2) order = shopify.state.addOrder({ email, ...spec });
    return { email, order, responseId: google.form.submit(email, { '1a2b3c01': order.name }).responseId };
  };
  const requestOf = async ({ email }: Asked): Promise<CancellationRequest> => {
    const [request] = await steps.store.records.requests.ofCustomer(email, 1);
    if (!request) throw new Error(`There is no request of ${email}`);
    return request;
  };
  const act = async (asked: Asked, input: DecisionInput, by = 'operator') => {
    const { id, revision } = await requestOf(asked);
    const result = await decide(steps, id, by, revision, input);
    if (result.kind !== 'done') throw new Error(`${input.kind} of ${asked.email}: ${result.kind}`);
  };
  const seen = async (asked: Asked) => {
    const { order } = await steps.freshOrder.of(await requestOf(asked));
    return order ? fingerprintOf(order, isBeingFulfilled(order)) : '';
  };
  const approve = async (asked: Asked, by?: string) =>
    act(asked, { kind: 'approve', seen: await seen(asked), confirm: null, terms: null, agreed: '' }, by);
  const offer = (asked: Asked, percent: number, exchange: boolean) =>
    act(asked, { kind: 'offer', offer: 'Keep it.', terms: { percent, exchange } });
  const take = async (asked: Asked) => answerOffer(steps, await requestOf(asked), asked.email, true);

  const [forgotten, silenced] = [asks('forgotten'), asks('silenced')];
  await desk.pass(MINUTE, MINUTE);
  await desk.pass(7 * DAY, DAY);
  await act(silenced, { kind: 'ask', question: 'Which colour?' });
  await desk.pass(7 * DAY - HOUR, DAY);
  const approved = ['one', 'two', 'three'].map((name) => asks(name));
  const [undone, declined, refusing, questioned] = [asks('undone'), asks('declined'), asks('refusing'), asks('asked')];
  const [offered, part, changed, withdrawn] = [asks('offered'), asks('part'), asks('changed'), asks('withdrawn')];
  const [stopped, code, noCode, kept] = [asks('stopped'), asks('code'), asks('no-code'), asks('kept')];
  const [exchanged, dear] = [asks('exchanged'), asks('dear', { tags: ['dear'] })];
  const shipped = asks('shipped', { kind: 'fulfilled' });
  await desk.pass(MINUTE, MINUTE);
  for (const asked of [code, noCode]) await offer(asked, 10, false);
  await offer(kept, 0, false);
  await offer(exchanged, 0, true);
  await desk.pass(20 * MINUTE, 20 * MINUTE);
  inbox.refused.add(refusing.email);
  breakMail();
  const since = steps.now();

  shopify.jobFaults.set({ kind: 'refund_fails', times: 1 }, { kind: 'fails', times: 1 });
  for (const asked of [...approved, undone]) await approve(asked);
  await act(undone, { kind: 'undo', sure: true });
  await approve(dear, SAM);
  await act(dear, { kind: 'assign', to: KIM }, SAM);
  for (const asked of [declined, refusing]) await act(asked, { kind: 'decline', reason: 'It is engraved.' });
  await act(questioned, { kind: 'ask', question: 'Which colour?' });
  await offer(offered, 0, false);
  const one = { [part.order.lines[0]?.id ?? '']: 1 };
  await act(part, { kind: 'part', seen: await seen(part), ...WHOLE, quantities: one, amount: 'full', agreed: '' });
  const change = { kind: 'change', confirm: null, quantities: {}, address: ADDRESS, sku: '', skuQuantity: 1 } as const;
  await act(changed, { ...change, seen: await seen(changed), agreed: '' });
  await act(shipped, { kind: 'return', confirm: null, instructions: 'In its box, please.' });
  await withdraw(steps, await requestOf(withdrawn), withdrawn.email);
  await stop(steps, await requestOf(stopped), stopped.email);
  for (const asked of [kept, exchanged]) await take(asked);
  shopify.faults.set({ kind: 'bad_request', only: ['CreateDiscount'] });
  await take(noCode);
  await desk.pass(5 * MINUTE, MINUTE);
  shopify.faults.clear();
  await take(code);

  asks('cancelled-before', { kind: 'cancelled' });
  asks('already-shipped', { kind: 'fulfilled' });
  asks('pending', { kind: 'pending' });
  asks('label', { kind: 'label_bought' });
  const silent = shopify.state.addOrder({ email: 'silent@customer.example' });
  const story = storyOf(desk);
  for (const name of [silent.name, '']) await story.respond(name, 'silent@customer.example');
  await askToSignIn(steps, SAM, { place: '198.51.100.1', browser: 'a browser', goesOnTo: null });
  await desk.pass(2 * HOUR, 30 * MINUTE);

  const now = await Promise.all(approved.map(async (asked) => ({ asked, request: await requestOf(asked) })));
  const owed = now.find(({ request }) => request.payback);
  const cancelled = now.find(({ request }) => request.status === 'cancelled' && !request.payback);
  if (!owed || !cancelled) throw new Error(`They are ${now.map(({ request }) => request.status).join()}`);
  await act(owed.asked, { kind: 'paid_back', how: 'bank transfer', on: '2026-11-16' });
  google.form.edit(cancelled.asked.responseId, { '1a2b3c04': 'please hurry' });
  asks('late');
  await desk.pass(MINUTE, MINUTE);
  google.faults.set({ kind: 'http_403' });
  await desk.pass(MINUTE, MINUTE);
  google.faults.clear();
  if ((await requestOf(forgotten)).status !== 'expired') throw new Error('What nobody decided has not expired');
  return since;
}
