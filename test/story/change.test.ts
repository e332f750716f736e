/** Changing an order instead of cancelling it, and the amounts, offers and tidying that staff choose themselves. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendAgreed, sendForm, unread } from '../support/page.ts';
import { signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

describe('instead of cancelling everything', () => {
  let desk: DeskUnderTest;
  let story: Story;
  const start = async (policy = 'proof: { level: none }\nhold: false\n') => {
    desk = await startDesk({ policy });
    story = storyOf(desk);
  };
  beforeEach(() => start());
  afterEach(() => desk.close());

  const order = () => desk.world.shopify.state.order('#1001');
  const line = (index: number) => order().lines[index]?.id ?? '';
  const asked = async () => {
    const ref = await story.respond('1001');
    return { ref, page: await story.openFrom(SAM, new RegExp(ref)) };
  };
  const address = {
    address1: 'Kauppakatu 5',
    address2: 'B 12',
    zip: '33100',
    city: 'Tampere',
    provinceCode: '',
    countryCode: 'FI',
  };
  const entries = (kind: string) => desk.world.shopify.state.ledger.filter((entry) => entry.kind === kind);

  describe('the order is changed', () => {
    it('to other quantities: what became cheaper goes back, and the customer is told what is different', async () => {
      const { ref, page } = await asked();
      await sendAgreed(page, { decision: 'change', [`keep ${line(0)}`]: '1', confirm_change: '1001' });
      await story.reaches(ref, 'changed');
      const { text } = await story.mail(ANA, /Order #1001 is changed/);
      expect(text).toContain('Candle, Pine: 1 instead of 2');
      expect(text).toContain('€18.90');
      expect(story.ledger()).toEqual(['edit', 'restock', 'refund']);
      expect(entries('refund')[0]?.amount).toBe(1_890);
      expect(order()).toMatchObject({ cancelledAt: null });
    });

    it('after staff have seen what becomes of the money', async () => {
      const { page } = await asked();
      const shown = async (values: Record<string, string>) =>
        (await sendForm(page, { decision: 'change', ...values })).html;
      expect(await shown({ [`keep ${line(0)}`]: '1' })).toContain('€18.90 goes back to the customer.');
      const dearer = await shown({ [`keep ${line(0)}`]: '1', sku: 'ot-1', sku_quantity: '1' });
      expect(dearer).toContain('Candle, Pine: 1 instead of 2');
      expect(dearer).toContain('New: 1 × Oak tray');
      expect(dearer).toContain('€26.10 is then still to be paid');
      const moved = await shown(address);
      expect(moved).toContain('It is sent to: Kauppakatu 5, B 12, 33100 Tampere, FI');
      expect(moved).toContain('No money moves');
      expect(story.ledger()).toEqual([]);
    });

    it('to another address, without touching the lines', async () => {
      const { ref, page } = await asked();
      await sendAgreed(page, { decision: 'change', ...address, confirm_change: '1001' });
      await story.reaches(ref, 'changed');
      expect(story.ledger()).toEqual(['address']);
      expect(order()).toMatchObject({ address1: 'Kauppakatu 5', zip: '33100', city: 'Tampere', countryCode: 'FI' });
      const { text } = await story.mail(ANA, /is changed/);
      expect(text).toContain('Kauppakatu 5, B 12, 33100 Tampere, FI');
    });

    it('to something dearer: Shopify mails how to pay, and our mail says what is still to be paid', async () => {
      const { ref, page } = await asked();
      const values = { [`keep ${line(0)}`]: '1', sku: 'ot-1', sku_quantity: '1', confirm_change: '1001' };
      await sendAgreed(page, { decision: 'change', ...values });
      await story.reaches(ref, 'changed');
      expect(story.ledger()).toEqual(['edit', 'restock', 'notify']);
      const { text } = await story.mail(ANA, /is changed/);
      expect(text).toContain('New: 1 × Oak tray');
      expect(text).toContain('€26.10 is still to be paid');
    });

    it.each([
      [{}, 'Nothing is changed yet'],
      [{ quantity: '-1' }, 'Write whole numbers'],
      [{ quantity: '100' }, 'Write whole numbers'],
      [{ sku: 'NO-SUCH' }, 'There is no product of that SKU'],
      [{ sku: 'OT-1', sku_quantity: '0' }, 'Write whole numbers'],
      [{ ...address, countryCode: 'Finland' }, 'The address needs'],
      [{ ...address, address1: ' ' }, 'The address needs'],
    ])('is refused for %j', async ({ quantity, ...values }: Record<string, string | undefined>, message) => {
      const { ref, page } = await asked();
      const keep = quantity === undefined ? {} : { [`keep ${line(0)}`]: quantity };
      const sent = { decision: 'change', confirm_change: '1001', ...keep, ...values } as Record<string, string>;
      const answer = await sendForm(page, sent);
      expect(answer.status).toBe(422);
      expect(answer.html).toContain(message);
      expect((await story.request(ref))?.status).toBe('awaiting_decision');
    });

    it('is refused when nothing would be left of it', async () => {
      const { page } = await asked();
      const none = Object.fromEntries(order().lines.map(({ id }) => [`keep ${id}`, '0']));
      const answer = await sendAgreed(page, { decision: 'change', ...none, confirm_change: '1001' });
      expect(answer.html).toContain('Nothing would be left of the order');
    });

    it('wants the order name typed', async () => {
      const { page } = await asked();
      expect(
        (await sendAgreed(page, { decision: 'change', [`keep ${line(0)}`]: '1', confirm_change: '' })).status,
      ).toBe(422);
    });

    it.each(['CommitEdit', 'ChangeAddress'])('once, though answers of %s are lost', async (operation) => {
      desk.world.shopify.faults.set({ kind: 'reset_after', only: [operation], times: 2 });
      const { ref, page } = await asked();
      const values = { ...address, [`keep ${line(0)}`]: '1', sku: 'OT-1' };
      await sendAgreed(page, { decision: 'change', ...values, confirm_change: '1001' });
      await story.reaches(ref, 'changed');
      expect(entries('edit')).toHaveLength(1);
      expect(entries('address')).toHaveLength(1);
      expect(order().lines.filter(({ sku }) => sku === 'OT-1')).toHaveLength(1);
    });

    it('though the call never arrived', async () => {
      desk.world.shopify.faults.set({ kind: 'reset', only: ['CommitEdit'], times: 1 });
      const { ref, page } = await asked();
      await sendAgreed(page, { decision: 'change', [`keep ${line(0)}`]: '1', confirm_change: '1001' });
      await story.reaches(ref, 'changed');
      expect(entries('edit')).toHaveLength(1);
    });

    it('not when somebody else changed it after the approval', async () => {
      const { ref, page } = await asked();
      await desk.stopWorker();
      await sendAgreed(page, { decision: 'change', [`keep ${line(0)}`]: '1', confirm_change: '1001' });
      desk.world.shopify.state.editByHand('#1001');
      await desk.restartWorker();
      await waitFor('it to come back', async () => (await story.request(ref))?.trouble?.reason === 'order_changed');
      expect(entries('edit')).toHaveLength(0);
    });
  });

  describe('an amount of their own', () => {
    it.each([
      ['12,50', 1_250],
      ['12.5', 1_250],
    ])('"%s" goes back and no more', async (exact, cents) => {
      const { ref, page } = await asked();
      await sendAgreed(page, { decision: 'approve_changed', confirm_approve: '1001', exact });
      await story.reaches(ref, 'cancelled');
      await story.mail(ANA, /is cancelled/);
      expect(entries('refund').map((entry) => entry.amount)).toEqual([cents]);
    });

    it.each(['0', '-5', '12.345', 'all', '99999'])('"%s" is refused', async (exact) => {
      const { page } = await asked();
      const answer = await sendAgreed(page, { decision: 'approve_changed', confirm_approve: '1001', exact });
      expect(answer.status).toBe(422);
      expect(answer.html).toContain('Write an amount above nothing');
    });

    it('goes back for a part, not above what the part costs', async () => {
      const { ref, page } = await asked();
      const part = { decision: 'part', [`take ${line(0)}`]: '1', confirm_part: '1001' };
      const tooMuch = await sendForm(page, { ...part, exact_part: '50' });
      expect(tooMuch.html).toContain('That is more than these lines cost.');
      await sendAgreed(page, { ...part, exact_part: '10' });
      await story.reaches(ref, 'part_cancelled');
      expect(entries('refund').map((entry) => entry.amount)).toEqual([1_000]);
    });

    it('may be all but the shipping', async () => {
      const { name } = desk.world.shopify.state.addOrder({ email: ANA, shippingPrice: 590 });
      const ref = await story.respond(name);
      const page = await story.openFrom(SAM, new RegExp(ref));
      expect(page.html).toMatch(/Shipping<\/th><td class="amount">€5.90/);
      const values = { decision: 'approve_changed', confirm_approve: name.slice(-4), amount: 'keep_shipping' };
      await sendAgreed(page, values);
      await story.reaches(ref, 'cancelled');
      await story.mail(ANA, new RegExp(`${name} is cancelled`));
      const paid = desk.world.shopify.state.order(name).transactions[0]?.amount ?? 0;
      expect(entries('refund').map((entry) => entry.amount)).toEqual([paid - 590]);
    });
  });

  describe('an offer', () => {
    const offered = async (values: Record<string, string>) => {
      const { ref, page } = await asked();
      await sendForm(page, { decision: 'offer', offer: 'Keep it, and get something nice.', ...values });
      await story.reaches(ref, 'needs_customer');
      return { ref, customer: await story.openFrom(ANA, /Before we cancel order #1001/) };
    };

    it('of a discount makes the code when it is taken, and mails it', async () => {
      const { ref, customer } = await offered({ percent: '10' });
      expect(desk.world.shopify.state.discounts.size).toBe(0);
      await sendForm(customer, { action: 'offer', offer: 'accept' });
      await story.reaches(ref, 'withdrawn');
      const { text } = await story.mail(ANA, /Your discount code/);
      expect(text).toContain(`KEEP-${ref}`);
      expect(desk.world.shopify.state.discounts.get(`KEEP-${ref}`)).toMatchObject({ usageLimit: 1 });
      expect(story.ledger()).toEqual([]);
    });

    it('of a discount makes one code, though the answer is lost', async () => {
      desk.world.shopify.faults.set({ kind: 'reset_after', only: ['CreateDiscount'], times: 2 });
      const { ref, customer } = await offered({ percent: '10' });
      await sendForm(customer, { action: 'offer', offer: 'accept' });
      await story.mail(ANA, /Your discount code/);
      expect([...desk.world.shopify.state.discounts.keys()]).toEqual([`KEEP-${ref}`]);
    });

    it('of an exchange comes back to staff when it is taken, who change the order', async () => {
      const { ref, customer } = await offered({ exchange: 'yes' });
      await sendForm(customer, { action: 'offer', offer: 'accept' });
      await story.reaches(ref, 'awaiting_decision');
      const page = await story.openFrom(SAM, /exchange for #1001/);
      expect(page.html).toContain('The customer takes the exchange.');
      const values = { [`keep ${line(0)}`]: '0', sku: 'CA-PINE', confirm_change: '1001' };
      await sendAgreed(page, { decision: 'change', ...values });
      await story.reaches(ref, 'changed');
      expect(story.ledger()[0]).toBe('edit');
    });

    it('of 90 per cent is refused', async () => {
      const { page } = await asked();
      const answer = await sendForm(page, { decision: 'offer', offer: 'Nearly free', percent: '90' });
      expect(answer.status).toBe(422);
    });
  });

  describe('afterwards', () => {
    const cancelled = async () => {
      const { ref, page } = await asked();
      await sendForm(page, { decision: 'approve', confirm: '1001' });
      await story.reaches(ref, 'cancelled');
      return ref;
    };

    it('staff archive a cancelled order, having ticked that they mean it', async () => {
      desk.world.shopify.state.archivesByItself = false;
      const ref = await cancelled();
      const browser = await signIn(desk);
      const page = await browser.open(`/requests/${ref}`);
      expect(page.html).not.toContain('value="delete"');
      const unsure = await browser.send(page, { decision: 'archive' });
      expect(unsure.status).toBe(422);
      await browser.send(unsure, { decision: 'archive', tidy: 'yes' });
      await waitFor('it to be archived', () => story.ledger().includes('close'));
    });

    it('staff delete a cancelled test order', async () => {
      const { name } = desk.world.shopify.state.addOrder({ email: ANA, test: true });
      const ref = await story.respond(name);
      await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: name.slice(-4) });
      await story.reaches(ref, 'cancelled');
      await story.mail(ANA, new RegExp(`${name} is cancelled`));
      const browser = await signIn(desk);
      await browser.send(await browser.open(`/requests/${ref}`), { decision: 'delete', tidy: 'yes' });
      await waitFor('it to be deleted', () => story.ledger().includes('delete'));
    });
  });

  describe('a mail that the customer’s server refuses', () => {
    const bounced = async () => {
      const { ref, page } = await asked();
      desk.world.inbox.refused.add(ANA);
      await sendForm(page, { decision: 'approve', confirm: '1001' });
      await story.mail(SAM, /could not be told/);
      return ref;
    };

    it('is a task in the queue; corrected, it is sent to the new address', async () => {
      const ref = await bounced();
      const browser = await signIn(desk);
      expect((await browser.open('/queue')).html).toContain(ref);
      const page = await browser.open(`/requests/${ref}`);
      expect(page.html).toContain(ANA);
      expect((await browser.send(page, { decision: 'correct_address', email: 'nonsense' })).status).toBe(422);
      await browser.send(page, { decision: 'correct_address', email: 'ana@new.example' });
      const { text } = await story.mail('ana@new.example', /Order #1001 is cancelled/);
      expect(text).toContain('#1001');
      expect((await browser.open('/queue')).html).not.toContain(ref);
    });

    it('is done with when staff told the customer another way', async () => {
      const ref = await bounced();
      const page = await story.openFrom(SAM, /could not be told/);
      expect((await sendForm(unread(page), { decision: 'told' })).status).toBe(422);
      await sendForm(page, { decision: 'told' });
      await waitFor('the task to be done', async () => (await story.request(ref))?.undelivered === null);
      expect(await story.events(ref)).toContain('told_otherwise');
    });
  });
});
