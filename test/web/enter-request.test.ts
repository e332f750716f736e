/** Entering a request for a customer who called: first a look at the order, then once, and a person decides. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { type Page, type StaffBrowser, signIn } from '../support/staff-browser.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';

const KIM = 'kim@pine-and-loom.example';
const APPROVE_ALL = 'rules: [{ name: all, then: approve }]\n';

describe.each(storeKinds())('a request that staff enter, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  let sam: StaffBrowser;
  async function start(rules = '', policy = PLAIN_POLICY): Promise<void> {
    desk = await startDesk({ store, policy: policy + rules, env: { STAFF_EMAILS: `${SAM},${KIM}` } });
    story = storyOf(desk);
    sam = await signIn(desk);
  }
  afterEach(() => desk.close());

  const look = async (order_name: string, more: Record<string, string> = {}): Promise<Page> =>
    sam.send(await sam.open('/requests/new'), { order_name, message: 'Called at noon', ...more });
  const refOf = (page: Page) => page.path.split('/').at(-1) ?? '';
  const stored = () => desk.service.desk.store.records.requests.list({ limit: 10 });

  it('is shown first with its order, its customer, the money and what the policy says, and nothing is stored', async () => {
    await start(APPROVE_ALL);
    const { status, html } = await look('1001');
    expect(status).toBe(200);
    for (const text of [
      '#1001',
      'Ana Virtanen',
      ANA,
      '€',
      'Called at noon',
      'A rule would approve it',
      '(Rule: all)',
    ]) {
      expect(html).toContain(text);
    }
    expect(await stored()).toEqual([]);
    expect(story.ledger()).toEqual([]);
  });

  it('is decided by a person, on the page that follows, though a rule would approve it', async () => {
    await start(APPROVE_ALL);
    const entered = await sam.send(await look('1001'), {});
    expect(entered.path).toMatch(/^\/requests\/CR-\w{7}$/);
    expect(entered.html).toContain('Called at noon');
    expect(entered.html).toContain('it was entered here');
    expect(await story.request(refOf(entered))).toMatchObject({
      status: 'awaiting_decision',
      proof: { level: 'staff' },
    });
    expect(story.ledger()).toEqual([]);
    await sam.send(entered, { decision: 'approve' });
    await story.reaches(refOf(entered), 'cancelled');
    await story.mail(ANA, /is cancelled/);
  });

  it('is not approved by a rule either when it is assessed anew', async () => {
    await start(APPROVE_ALL);
    const entered = await sam.send(await look('1001'), {});
    await sam.send(entered, { decision: 'reassess', reassess: 'yes' });
    const anew = await story.reaches(refOf(entered), 'awaiting_decision');
    expect(anew.assessment).toMatchObject({ outcome: 'staff', reason: 'entered_by_staff' });
    expect(story.ledger()).toEqual([]);
  });

  it('is shown again when the order is another one by the time it is entered', async () => {
    await start();
    const page = await look('1001');
    desk.world.shopify.state.editByHand('#1001');
    const again = await sam.send(page, {});
    expect(again.html).toContain('This is not what you saw before');
    expect(await stored()).toEqual([]);
    expect((await sam.send(again, {})).path).toMatch(/^\/requests\/CR-/);
  });

  it('is one request however often, and however fast, the button is pressed', async () => {
    await start();
    const page = await look('1001');
    const presses = await Promise.all([sam.send(page, {}), sam.send(page, {}), sam.send(page, {})]);
    const last = await sam.send(page, {});
    expect(new Set([...presses, last].map(({ path, status }) => `${status} ${path}`))).toEqual(
      new Set([`200 /requests/${(await stored())[0]?.ref}`]),
    );
    expect(await stored()).toHaveLength(1);
  });

  it('says which request the order has already, and leads there', async () => {
    await start();
    const ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
    const page = await look('1001');
    expect(page.status).toBe(409);
    expect(page.html).toContain(`<a href="/requests/${ref}">${ref}</a>`);
    expect(page.html).toContain('Called at noon');
  });

  it('names a claim to the order that its owner has yet to confirm: they may have called about it', async () => {
    await start('', PLAIN_POLICY.replace('level: none', 'level: address'));
    const ref = await story.respond('1001', 'ana.home@elsewhere.example');
    await story.reaches(ref, 'needs_customer');
    const page = await look('1001');
    expect(page.html).toContain('Somebody has asked to cancel this order');
    expect(page.html).toMatch(new RegExp(`<a href="/requests/${ref}">${ref}</a> #1001, Waiting for the customer`));
    const entered = await sam.send(page, {});
    await sendForm(await story.openFrom(ANA, /Was it you|was it you/), { action: 'confirm', was_me: 'yes' });
    await story.reaches(ref, 'duplicate');
    expect(await story.request(refOf(entered))).toMatchObject({ status: 'awaiting_decision' });
  });

  it('says so too when the order got one between the look and the button', async () => {
    await start();
    const page = await look('1001');
    const ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
    expect((await sam.send(page, {})).html).toContain(`<a href="/requests/${ref}">${ref}</a>`);
    expect(await stored()).toHaveLength(1);
  });

  it('has an address for an order without one, and the customer is written to there', async () => {
    await start();
    const order = desk.world.shopify.state.addOrder({ email: null });
    expect((await look(order.name)).html).toContain('nobody is told');
    expect((await look(order.name, { email: 'nonsense' })).html).toContain('Write one e-mail address');
    const page = await look(order.name, { email: 'Eve <EVE@customer.example>' });
    expect(page.html).toContain('Mails to the customer go to eve@customer.example, in English.');
    const entered = await sam.send(page, {});
    expect(await story.request(refOf(entered))).toMatchObject({ mailTo: 'eve@customer.example' });
    await sam.send(entered, { decision: 'decline', reason: 'It is packed.' });
    await story.mail('eve@customer.example', /About your cancellation request/);
  });

  it('goes by the order’s own address where it has one', async () => {
    await start();
    const page = await look('1001', { email: 'eve@customer.example' });
    expect(page.html).toContain(`Mails to the customer go to ${ANA}`);
    const entered = await sam.send(page, {});
    expect(await story.request(refOf(entered))).toMatchObject({ mailTo: null });
  });

  it('says what the policy tells the customer at once', async () => {
    await start('rules: [{ name: no, then: decline, tell: "We never cancel." }]\n');
    const page = await look('1001');
    expect(page.html).toContain('declined at once by the policy');
    expect(page.html).toContain('We never cancel.');
    expect(story.mailsTo(ANA)).toEqual([]);
    await story.reaches(refOf(await sam.send(page, {})), 'declined');
    await story.mail(ANA, /About your cancellation request/);
  });

  it('is for nobody who may only look', async () => {
    await start();
    const { staff } = desk.service.desk.store.records;
    await staff.put({ email: KIM, role: 'view', active: true, awayUntil: null, standIn: null }, Date.now());
    const kim = await signIn(desk, KIM);
    const page = await kim.open('/requests/new');
    expect(page.status).toBe(403);
    expect(page.html).not.toContain('order_name');
    const { html } = await sam.open('/requests/new');
    expect((await kim.send({ ...page, html }, { order_name: '1001' })).status).toBe(403);
  });
});
