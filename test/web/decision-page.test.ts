/** What the decision page says, and that its buttons do just that. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, type PageForm, sendAgreed, sendForm, unread } from '../support/page.ts';
import { type StaffBrowser, signIn } from '../support/staff-browser.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import type { ShopOrder } from '../world/shopify/shop-order.ts';

const KIM = 'kim@pine-and-loom.example';
const NO_PROOF = 'proof: { level: none }\nhold: false\n';
const EVA = 'eva@customer.example';

/** To so many lines. */
function lengthen({ lines }: ShopOrder, count: number): void {
  const [line] = lines;
  if (!line) return;
  lines.splice(0, lines.length, ...Array.from({ length: count }, (_, i) => ({ ...line, id: `${line.id}${i}` })));
}

describe('the decision page', () => {
  let desk: DeskUnderTest;
  let story: Story;
  afterEach(() => desk.close());
  const start = async (policy = NO_PROOF) => {
    desk = await startDesk({ policy, env: { STAFF_EMAILS: `${SAM},${KIM}` } });
    story = storyOf(desk);
  };
  const shop = () => desk.world.shopify.state;
  const evaAsks = async (spec: Parameters<ReturnType<typeof shop>['addOrder']>[0] = {}) => {
    const order = shop().addOrder({ email: EVA, ...spec });
    const ref = await story.respond(order.name, EVA);
    return { order, ref, tail: order.name.slice(-4), page: await story.openFrom(SAM, new RegExp(ref)) };
  };
  const openAs = (person: string, subject: RegExp) => story.openFrom(person, subject);

  describe('of all of an order', () => {
    it('has a button that does what stands above it, whatever the folded fields hold', async () => {
      await start();
      const { ref, tail, page } = await evaAsks();
      const folded = { restock: 'no', refund: 'none', amount: 'full', exact: '1', archive: 'yes' };
      await sendForm(page, { decision: 'approve', confirm: tail, ...folded });
      await story.reaches(ref, 'cancelled');
      expect(story.ledger()).toEqual(['cancel', 'refund', 'restock']);
    });

    it('shows what other terms come to before they are agreed to', async () => {
      await start();
      const { ref, tail, page } = await evaAsks();
      const values = {
        decision: 'approve_changed',
        restock: 'no',
        refund: 'original',
        exact: '5',
        confirm_approve: tail,
      };
      const shown = await sendForm(page, values);
      for (const text of ['like this?', 'Refunds €5.00 to', 'Nothing goes back to stock.', 'It is not archived.'])
        expect(shown.html).toContain(text);
      expect(shown.fields).toMatchObject({ restock: 'no', exact: '5' });
      expect((await story.request(ref))?.status).toBe('awaiting_decision');
      const another = await sendForm(shown, { decision: 'approve_changed', confirm_approve: tail, exact: '6' });
      expect(another.html).toContain('This is not what you saw before.');
      await sendForm(shown, { decision: 'approve_changed', confirm_approve: tail });
      await story.reaches(ref, 'cancelled');
      await waitFor('the refund', () => story.ledger().includes('refund'));
      const refunds = shop().ledger.filter(({ kind }) => kind === 'refund');
      expect([refunds.map(({ amount }) => amount), story.ledger().includes('restock')]).toEqual([[500], false]);
    });

    it('says to the second of two what the first has approved, and does that', async () => {
      await start(`${NO_PROOF}rules: [{ name: two, then: staff, approvals: 2 }]\n`);
      const { ref, tail, page } = await evaAsks();
      await sendAgreed(page, { decision: 'approve_changed', refund: 'none', restock: 'no', confirm_approve: tail });
      const second = await openAs(KIM, /another approval/);
      expect(second.html).toContain('Gives no money back');
      expect(second.html).toContain('Nothing goes back to stock.');
      await sendForm(second, { decision: 'approve', confirm: tail });
      await story.reaches(ref, 'cancelled');
      expect(story.ledger()).toEqual(['cancel']);
    });

    it('has only the customer told when somebody has cancelled it meanwhile', async () => {
      await start();
      const { order, ref, tail } = await evaAsks();
      shop().cancelByHand(order.name);
      // Pages ask Shopify again after seconds.
      desk.service.desk.freshOrder.forget(order.id);
      const page = await openAs(SAM, new RegExp(ref));
      expect(page.html).toContain(`Order ${order.name} is cancelled already. Nothing more is done to it.`);
      expect(page.html).toContain('Tell the customer');
      for (const wrong of ['is cancelled for good', 'back to stock', 'Cancel only a part', 'Refunds €'])
        expect(page.html).not.toContain(wrong);
      const before = story.ledger();
      await sendForm(page, { decision: 'approve', confirm: tail });
      await story.reaches(ref, 'cancelled');
      expect(story.ledger()).toEqual(before);
    });

    it('folds the lines of a long order, and counts none of one that is longer than was read', async () => {
      await start();
      const order = shop().addOrder({ email: EVA });
      lengthen(order, 30);
      const ref = await story.respond(order.name, EVA);
      const page = await openAs(SAM, new RegExp(ref));
      expect(page.html).toContain('22 more lines');
      expect(page.html).not.toContain('may hold more than is shown');
      const longer = shop().addOrder({ email: EVA });
      lengthen(longer, 80);
      const second = await story.respond(longer.name, EVA);
      const cut = await openAs(SAM, new RegExp(second));
      expect(cut.html).toContain('may hold more than is shown');
      expect(cut.html).toContain('Everything goes back to stock.');
    });
  });

  describe('of an order of which something has left', () => {
    it('takes off a part of what hasn’t', async () => {
      await start();
      const { order, ref, tail, page } = await evaAsks({ kind: 'partially_fulfilled' });
      const open = order.lines.find((line) => line.unfulfilledQuantity > 0);
      expect(page.html).toContain('of them shipped');
      expect(page.buttons).not.toContain('approve');
      const sent = { decision: 'part', confirm_part: tail };
      const shipped = order.lines.find((line) => line.unfulfilledQuantity === 0);
      expect((await sendForm(page, { ...sent, [`take ${shipped?.id}`]: '1' })).status).toBe(422);
      await sendAgreed(page, { ...sent, [`take ${open?.id}`]: '1' });
      await story.reaches(ref, 'part_cancelled');
      expect(story.ledger()).toEqual(['restock', 'refund']);
    });

    it('changes the address for the rest', async () => {
      await start();
      const { order, ref, tail, page } = await evaAsks({ kind: 'partially_fulfilled' });
      await sendAgreed(page, { decision: 'change', city: 'Tampere', confirm_change: tail });
      await story.reaches(ref, 'changed');
      expect(shop().order(order.name).city).toBe('Tampere');
    });
  });

  describe('of a change', () => {
    it('says of an order that isn’t paid what it comes to, and never that the total is higher', async () => {
      await start();
      const { order, ref, tail, page } = await evaAsks({ kind: 'cash_on_delivery' });
      const line = order.lines.find((one) => one.currentQuantity > 1) ?? order.lines[0];
      const moved = await sendForm(page, { decision: 'change', city: 'Tampere' });
      expect(moved.html).toContain('No money moves');
      const values = {
        decision: 'change',
        sku: 'ot-1',
        sku_quantity: '1',
        confirm_change: tail,
        [`keep ${line?.id}`]: '1',
      };
      expect((await sendForm(page, values)).html).toMatch(/hasn’t been paid yet: €[\d.]+ is then to be paid in all/);
      await sendAgreed(page, values);
      await story.reaches(ref, 'changed');
      const { text } = await story.mail(EVA, /is changed/);
      expect(text).toMatch(/Your order now comes to €[\d.]+\. You pay it as agreed/);
      expect(text).not.toMatch(/is higher|way to pay/);
    });

    it('of the address alone asks for no money', async () => {
      await start();
      const { ref, tail, page } = await evaAsks({ kind: 'cash_on_delivery' });
      await sendAgreed(page, { decision: 'change', city: 'Tampere', confirm_change: tail });
      await story.reaches(ref, 'changed');
      expect((await story.mail(EVA, /is changed/)).text).not.toMatch(/€/);
    });
  });

  describe('of an order that is another’s', () => {
    it('warns, and tells who asks from whose order it is', async () => {
      await start();
      const ref = await story.respond('no idea', 'mallory@nowhere.example');
      const page = await openAs(SAM, new RegExp(ref));
      await sendForm(page, { decision: 'choose', order_name: '#1002' });
      const chosen = await openPage(page.url);
      expect(chosen.html).toContain('This order has another e-mail address than the request');
      expect(chosen.html).toContain('Asked by mallory@nowhere.example');
      expect(chosen.html).toMatch(/Order of Eino[^<]*, eino@customer\.example/);
    });

    it('is exchanged for the right one: its parcel goes on, and the other waits', async () => {
      await start('proof: { level: none }\n');
      const ref = await story.respond('no idea', 'nobody@nowhere.example');
      const page = await openAs(SAM, new RegExp(ref));
      await sendForm(page, { decision: 'choose', order_name: '#1002' });
      await waitFor('the hold', () => story.ledger().includes('hold'));
      const wrong = await openPage(page.url);
      expect((await sendForm(wrong, { decision: 'choose', order_name: '#1002' })).html).toContain(
        'about this order already',
      );
      await sendForm(wrong, { decision: 'choose', order_name: '#1001' });
      await waitFor('the other parcel', () => story.ledger().filter((kind) => kind === 'hold').length === 2);
      await waitFor('the first parcel to go on', () => story.ledger().includes('release_hold'));
      const held = shop()
        .ledger.filter(({ kind }) => /hold/.test(kind))
        .map(({ kind, orderName }) => `${kind} ${orderName}`);
      expect(held.sort()).toEqual(['hold #1001', 'hold #1002', 'release_hold #1002']);
      // Links to the first choice are dead; there is a new mail.
      expect((await openPage(page.url)).status).toBe(404);
      const next = await openAs(SAM, /cancel #1001\?/);
      await sendForm(next, { decision: 'approve', confirm: '1001' });
      await story.reaches(ref, 'cancelled');
      expect(shop().order('#1002').cancelledAt).toBeNull();
    });
  });

  it('lets staff decide without the answer they had asked for', async () => {
    await start();
    const { ref, tail, page } = await evaAsks();
    await sendForm(page, { decision: 'ask', question: 'Would blue do?' });
    const asked = await openPage(page.url);
    expect(asked.buttons).not.toContain('choose');
    expect((await sendForm(unread(asked), { decision: 'stop_waiting' })).status).toBe(422);
    await sendForm(asked, { decision: 'stop_waiting' });
    await story.reaches(ref, 'awaiting_decision');
    const theirs = await openPage(linkIn((await story.mail(EVA, /question/i)).text, 'r'));
    expect(theirs.html).not.toContain('Would blue do?');
    const again = await waitFor(
      'the new mail',
      () => story.mailsTo(SAM).filter(({ subject }) => subject.includes(ref))[1],
    );
    await sendForm(await openPage(linkIn(again.text, 'd')), { decision: 'approve', confirm: tail });
    await story.reaches(ref, 'cancelled');
  });

  it('tells the others the amount and the change that were approved', async () => {
    await start();
    const first = await evaAsks();
    await sendAgreed(first.page, { decision: 'approve_changed', exact: '5', confirm_approve: first.tail });
    expect((await story.mail(KIM, new RegExp(`${first.ref}.*Approved|${first.order.name} Approved`))).text).toContain(
      'Refunds €5.00 to',
    );
    const second = await evaAsks();
    await sendAgreed(second.page, { decision: 'change', city: 'Tampere', confirm_change: second.tail });
    const { text } = await story.mail(KIM, new RegExp(`${second.order.name} `));
    expect(text).toContain('Tampere');
  });

  it('names whoever is really written to', async () => {
    await start();
    const { ref } = await evaAsks();
    const { requests } = desk.service.desk.store.records;
    const request = await requests.byRef(ref);
    if (request) await requests.update(request, { mailTo: 'right@customer.example' }, Date.now());
    const page = await openAs(SAM, new RegExp(ref));
    expect(page.html).toContain('right@customer.example is told by e-mail');
    expect(page.html).not.toContain(`${EVA} is told`);
  });

  describe('with a mistake in it', () => {
    const mistake = async (page: PageForm) => (await sendForm(page, { decision: 'decline', reason: '' })).html;

    it('says so on top, with a way to the field, in the title and with the cursor in it', async () => {
      await start();
      const html = await mistake((await evaAsks()).page);
      expect(html).toContain('<title>Error: ');
      expect(html).toMatch(/role="alert">Write a reason[^<]*<a href="#reason-error">/);
      expect(html.indexOf('role="alert"')).toBeLessThan(html.indexOf('brief-title'));
      expect(html).toMatch(/<textarea name="reason"[^>]* autofocus/);
      expect(html).toContain('id="reason-error"');
    });
  });

  it('gives back what was written when the session or the link has ended meanwhile', async () => {
    await start();
    const { ref, page } = await evaAsks();
    const sam: StaffBrowser = await signIn(desk);
    const open = await sam.open(`/requests/${ref}`);
    await sam.send(open, {}, '/sign-out');
    const answer = await sam.send(open, { decision: 'decline', reason: 'It is <engraved> already.' });
    expect([answer.status, answer.html.includes('It is &lt;engraved&gt; already.')]).toEqual([403, true]);
    expect(answer.html).toContain(`/sign-in?ref&#x3D;${ref}`);
    const member = await desk.service.desk.store.records.staff.get(SAM);
    if (member) await desk.service.desk.store.records.staff.put({ ...member, active: false }, Date.now());
    const dead = await sendForm(page, { decision: 'decline', reason: 'It is engraved already.' });
    expect([dead.status, dead.html.includes('It is engraved already.')]).toEqual([404, true]);
  });

  it.each([
    ['order_name', '001', '#1001', /The whole order name/],
    ['total', '1', '152,20', /The order’s total/],
  ])('asks for what the policy says: %s', async (by, wrong, right, label) => {
    await start(`${NO_PROOF}confirm: ${by}\n`);
    const ref = await story.respond('1001');
    const mail = await story.mail(SAM, new RegExp(ref));
    expect(mail.text).toMatch(by === 'total' ? /you type the order’s total/ : /you type the whole order name/);
    const page = await openPage(linkIn(mail.text, 'd'));
    expect(page.html).toMatch(label);
    expect((await sendForm(page, { decision: 'approve', confirm: wrong })).status).toBe(422);
    await sendForm(page, { decision: 'approve', confirm: right });
    await story.reaches(ref, 'cancelled');
  });

  it('offers a discount or an exchange, not both; the customer reads what they would get', async () => {
    await start();
    const { page } = await evaAsks();
    const both = await sendForm(page, { decision: 'offer', offer: 'Keep it?', percent: '25', exchange: 'yes' });
    expect([both.status, both.html.includes('Choose one of the two')]).toEqual([422, true]);
    await sendForm(page, { decision: 'offer', offer: 'Keep it?', percent: '25' });
    const { text } = await story.mail(EVA, /Before we cancel/);
    expect(text).toContain('A code for 25% off your next order');
    expect((await openPage(linkIn(text, 'r'))).html).toContain('A code for 25% off your next order');
  });
});
