/** Every status, reached the way people reach it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RequestStatus } from '../../src/domain/cancellation-request.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, type PageForm, sendAgreed, sendForm } from '../support/page.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook } from '../support/webhook.ts';

const ANA = 'ana@customer.example';
const SAM = 'sam@pine-and-loom.example';

describe('every status', () => {
  let desk: DeskUnderTest;
  let sent = 0;

  beforeEach(async () => {
    desk = await startDesk();
  });
  afterEach(() => desk.close());

  /** Sends a response and returns its ref. */
  async function respond(
    order: string,
    email: string | null = ANA,
    more: Record<string, string> = {},
  ): Promise<string> {
    sent += 1;
    const answers = { 'Order number': order, ...more };
    const { status, json } = await sendWebhook(desk.origin, `msg-${sent}`, { respondentEmail: email, answers });
    expect(status).toBe(202);
    return String(json.ref);
  }

  const request = (ref: string) => desk.service.desk.store.records.requests.byRef(ref);
  const reaches = (ref: string, status: RequestStatus) =>
    waitFor(`${ref} to be ${status}`, async () => {
      const found = await request(ref);
      return found?.status === status ? found : null;
    });
  const staffMail = (ref: string, subject: RegExp = /./) =>
    desk.world.inbox.waitFor(
      `to staff about ${ref}`,
      (mail) => mail.to === SAM && mail.subject.includes(ref) && subject.test(mail.subject),
    );
  const customerMail = (subject: RegExp) =>
    desk.world.inbox.waitFor(`to the customer: ${subject}`, (mail) => mail.to !== SAM && subject.test(mail.subject));
  const openStaff = async (ref: string, subject?: RegExp): Promise<PageForm> =>
    openPage(linkIn((await staffMail(ref, subject)).text, 'd'));
  const approve = async (ref: string, tail: string) =>
    sendForm(await openStaff(ref), { decision: 'approve', confirm: tail });

  it('received, awaiting_decision, approved, executing, cancelled: an authorised order is voided, not refunded', async () => {
    const ref = await respond('1006', 'aino@customer.example');
    await reaches(ref, 'awaiting_decision');
    await approve(ref, '1006');
    await reaches(ref, 'cancelled');
    const mail = await customerMail(/on peruttu/);
    expect(mail.text).toContain('katevaraus on vapautettu');
    expect(desk.world.shopify.state.ledger.map((entry) => entry.kind)).toEqual(['cancel', 'void', 'restock']);
    const events = await desk.service.desk.store.records.events.byRequest((await request(ref))?.id ?? '');
    expect(events.map((event) => event.type)).toEqual([
      'received',
      'matched',
      'approved',
      'execution_started',
      'confirmed_cancelled',
    ]);
  });

  it('received: stays so, and is told to nobody as lost, while Shopify is away', async () => {
    desk.world.shopify.faults.set({ kind: 'http_503' });
    const ref = await respond('1001');
    await customerMail(/We have your cancellation request/);
    expect((await request(ref))?.status).toBe('received');
    desk.world.shopify.faults.clear();
    await reaches(ref, 'awaiting_decision');
  });

  it("needs_match: somebody else's e-mail is never an exact match; staff choose, then approve", async () => {
    const ref = await respond('1001', 'mallory@evil.example');
    await reaches(ref, 'needs_match');
    const page = await openStaff(ref, /which order/);
    expect(page.html).toContain('its e-mail address is another one');
    expect(page.buttons).not.toContain('approve');
    const refused = await sendForm(page, { decision: 'approve', confirm: '1001' });
    expect(refused.status).toBe(409);
    const orderId = desk.world.shopify.state.order('#1001').id;
    const chosen = await sendForm(page, { decision: 'choose', order: orderId });
    expect(chosen.html).toContain('Cancel #1001?');
    expect((await request(ref))?.status).toBe('awaiting_decision');
    await sendForm(chosen, { decision: 'approve', confirm: '1001' });
    await reaches(ref, 'cancelled');
    // The order's own address is told, not the one somebody typed.
    expect((await customerMail(/is cancelled/)).to).toBe(ANA);
  });

  it('needs_match: stays so when Shopify is away while staff choose', async () => {
    const ref = await respond('1001', 'mallory@evil.example');
    const page = await openStaff(ref);
    desk.world.shopify.faults.set({ kind: 'http_503' });
    const away = await sendForm(page, { decision: 'choose', order: desk.world.shopify.state.order('#1001').id });
    expect(away.status).toBe(503);
    expect(away.html).toContain('Shopify doesn’t answer just now');
    expect((await request(ref))?.status).toBe('needs_match');
  });

  it('needs_match: without any order staff name one', async () => {
    const ref = await respond('no idea', 'nobody@nowhere.example');
    const page = await openStaff(ref);
    const wrong = await sendForm(page, { decision: 'choose', order_name: '#9999' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('There is no order of that name');
    const right = await sendForm(wrong, { decision: 'choose', order_name: 'order 1002' });
    expect(right.html).toContain('#1002');
    expect((await request(ref))?.orderName).toBe('#1002');
  });

  it('needs_customer: the answer brings the order, and staff get a new link', async () => {
    const ref = await respond('I forgot', 'nobody@nowhere.example');
    await sendForm(await openStaff(ref), { decision: 'ask', question: 'Which order is it?' });
    await reaches(ref, 'needs_customer');
    const question = await customerMail(/A question about/);
    expect(question.text).toContain('Which order is it?');
    const page = await openPage(linkIn(question.text, 'r'));
    expect((await sendForm(page, { action: 'answer', answer: '  ' })).status).toBe(422);
    const answered = await sendForm(page, { action: 'answer', answer: 'It is #1001' });
    expect(answered.status).toBe(200);
    await reaches(ref, 'needs_match');
    const again = await waitFor('another mail to Sam', () =>
      desk.world.inbox.mails.find(
        (mail) => mail.to === SAM && mail.text.includes('Which order is it?\n    It is #1001'),
      ),
    );
    expect(again.subject).toContain('which order');
  });

  it('declined: the customer is told the reason, and the shop is left alone', async () => {
    const ref = await respond('1001');
    const page = await openStaff(ref);
    expect((await sendForm(page, { decision: 'decline' })).status).toBe(422);
    await sendForm(page, { decision: 'decline', reason: 'It was <engraved> & packed.' });
    await reaches(ref, 'declined');
    const mail = await customerMail(/About your cancellation request/);
    expect(mail.text).toContain('It was <engraved> & packed.');
    expect(mail.html).toContain('It was &lt;engraved&gt; &amp; packed.');
    expect(desk.world.shopify.state.ledger).toEqual([]);
  });

  it('withdrawn: by the customer, with the request number typed; the staff link dies', async () => {
    const ref = await respond('1001');
    const staff = await openStaff(ref);
    const page = await openPage(linkIn((await customerMail(/We have your/)).text, 'r'));
    expect((await sendForm(page, { action: 'withdraw' })).status).toBe(422);
    await sendForm(page, { action: 'withdraw', confirm: ref.slice(-4).toLowerCase() });
    await reaches(ref, 'withdrawn');
    await customerMail(/is withdrawn/);
    expect((await sendForm(staff, { decision: 'approve', confirm: '1001' })).status).toBe(409);
    expect(desk.world.shopify.state.ledger).toEqual([]);
  });

  it('expired: a request that nobody decides ends, and the customer is told', async () => {
    await desk.close();
    desk = await startDesk({ timings: { requestExpires: 300 } });
    const ref = await respond('1001');
    await reaches(ref, 'awaiting_decision');
    await reaches(ref, 'expired');
    await customerMail(/has ended/);
  });

  it('duplicate: the same order asked for twice is one request, before and after it is cancelled', async () => {
    const first = await respond('1001');
    await reaches(first, 'awaiting_decision');
    const second = await respond('#1001', ANA, { Message: 'hello?' });
    await reaches(second, 'duplicate');
    await approve(first, '1001');
    await reaches(first, 'cancelled');
    const third = await respond('1001', ANA, { Message: 'any news?' });
    await reaches(third, 'duplicate');
    await waitFor(
      'Ana to be told again',
      () => desk.world.inbox.mails.filter((mail) => /is cancelled/.test(mail.subject)).length === 2,
    );
    expect(desk.world.shopify.state.ledger.filter((entry) => entry.kind === 'cancel')).toHaveLength(1);
  });

  it('failed: the job fails in Shopify; staff are told why and may approve again without restocking', async () => {
    const ref = await respond('1007', 'erik@customer.example');
    await approve(ref, '1007');
    await reaches(ref, 'failed');
    const mail = await staffMail(ref, /could not be cancelled/);
    expect(mail.text).toContain('Items could not be restocked at this location.');
    const page = await openPage(linkIn(mail.text, 'd'));
    await sendAgreed(page, { decision: 'approve_changed', confirm_approve: '1007', restock: 'no' });
    await reaches(ref, 'cancelled');
    expect(desk.world.shopify.state.ledger.map((entry) => entry.kind)).toEqual(['cancel', 'refund']);
  });

  it('back to awaiting_decision: the order changed after the approval', async () => {
    const ref = await respond('1001');
    const page = await openStaff(ref);
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    desk.world.shopify.state.editByHand('#1001');
    await desk.restartWorker();
    await waitFor(
      'a second mail to Sam',
      () => desk.world.inbox.mails.filter((mail) => mail.to === SAM && mail.subject.includes(ref)).length === 2,
    );
    expect(await request(ref)).toMatchObject({ status: 'awaiting_decision', trouble: { reason: 'order_changed' } });
    expect(desk.world.shopify.state.ledger.filter((entry) => entry.kind === 'cancel')).toEqual([]);
  });

  it('failed: the order shipped after the approval', async () => {
    const ref = await respond('1001');
    const page = await openStaff(ref);
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    desk.world.shopify.state.fulfilByHand('#1001');
    await desk.restartWorker();
    expect((await reaches(ref, 'failed')).trouble?.reason).toBe('already_shipped');
    expect(desk.world.shopify.state.ledger.filter((entry) => entry.kind === 'cancel')).toEqual([]);
  });

  it('cancelled: somebody else cancelled it after the approval; no second cancel, no second refund', async () => {
    const ref = await respond('1001');
    const page = await openStaff(ref);
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    desk.world.shopify.state.cancelByHand('#1001');
    await desk.restartWorker();
    await reaches(ref, 'cancelled');
    await customerMail(/is cancelled/);
    const kinds = desk.world.shopify.state.ledger.map((entry) => entry.kind);
    expect(kinds.filter((kind) => kind === 'cancel')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'refund')).toHaveLength(1);
  });

  it('an order that was partly refunded is cancelled without refunding again, and the page says so', async () => {
    const name =
      [...desk.world.shopify.state.orders.values()].find(
        (order) => order.displayFinancialStatus === 'PARTIALLY_REFUNDED' && order.email,
      )?.name ?? '';
    const order = desk.world.shopify.state.order(name);
    const ref = await respond(name, order.email);
    const page = await openStaff(ref);
    expect(page.html).toContain('Part of the money has been given back already');
    await sendForm(page, { decision: 'approve', confirm: name.slice(1) });
    await reaches(ref, 'cancelled');
    expect(desk.world.shopify.state.ledger.filter((entry) => entry.kind === 'refund')).toEqual([]);
  });

  it('an order that is shipped can be declined, not approved', async () => {
    const order = [...desk.world.shopify.state.orders.values()].find(
      (one) =>
        one.fulfillments[0]?.displayStatus === 'DELIVERED' &&
        one.email &&
        one.returnStatus === 'NO_RETURN' &&
        one.email !== ANA,
    );
    const ref = await respond(order?.name ?? '', order?.email ?? null);
    const page = await openStaff(ref);
    expect(page.buttons).not.toContain('approve');
    const forced = await sendForm(page, { decision: 'approve', confirm: order?.name ?? '' });
    expect(forced.status).toBe(422);
    expect((await request(ref))?.status).toBe('awaiting_decision');
  });
});
