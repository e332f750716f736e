/** The shop's own rules, played out: each case against the world, whose ledger judges. */
import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/steps/decide.ts';
import { explainAssessment, explanationText } from '../../src/steps/explain-assessment.ts';
import { type DeskOptions, type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { makeOrder, type OrderSpec } from '../world/shopify/make-order.ts';

const EVA = 'eva@customer.example';
const NO_PROOF = 'proof: { level: none }\n';
const APPROVE_ALL = `${NO_PROOF}rules:\n  - { name: everything, then: approve }\n`;

describe('policy', () => {
  let desk: DeskUnderTest;
  let story: Story;

  async function start(policy: string, options: Omit<DeskOptions, 'policy'> = {}): Promise<void> {
    desk = await startDesk({ policy, ...options });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());

  /** An order of Eva's, and her request for it. */
  async function evaAsks(spec: OrderSpec, more: Record<string, string> = {}): Promise<{ ref: string; name: string }> {
    const { name } = desk.world.shopify.state.addOrder({ email: EVA, customerName: 'Eva Eriksson', ...spec });
    return { ref: await story.respond(name, EVA, more), name };
  }
  const kinds = (...wanted: string[]) => story.ledger().filter((kind) => wanted.includes(kind));
  const reason = async (ref: string) => (await story.request(ref))?.assessment?.reason;

  describe('outcomes', () => {
    it('approve: cancelled without a person, once the address has confirmed', async () => {
      await start('rules:\n  - { name: quick regret, when: { order_age: { under: 1h } }, then: approve }\n');
      const { ref } = await evaAsks({});
      await sendForm(await story.openFrom(EVA, /Was it you/), { action: 'confirm', was_me: 'yes' });
      const request = await story.reaches(ref, 'cancelled');
      expect(request.decision?.by).toBe('policy: quick regret');
      await story.mail(EVA, /is cancelled/);
      expect(story.mailsTo(SAM)).toEqual([]);
      expect(kinds('cancel', 'refund')).toEqual(['cancel', 'refund']);
    });

    it('approve: not final before the time to take it back is over, by the customer or by staff', async () => {
      let offset = 0;
      await start(`${APPROVE_ALL}undo: 10m\n`, { now: () => Date.now() + offset });
      const { ref, name } = await evaAsks({});
      const request = await story.reaches(ref, 'approved');
      expect(request.undoUntil).toBe((request.decision?.at ?? 0) + 10 * 60_000);
      await waitFor('the parcel to be held', async () => (await story.request(ref))?.hold?.state === 'held');
      expect(kinds('cancel')).toEqual([]);
      const page = await story.openFrom(EVA, /is accepted/);
      expect(story.mailsTo(SAM)).toEqual([]);
      await sendForm(page, { action: 'withdraw', confirm: ref.slice(-4) });
      await story.reaches(ref, 'withdrawn');
      await waitFor('the parcel to be let go', async () => (await story.request(ref))?.hold?.state === 'released');

      const again = await story.respond(name, EVA, { Message: 'all the same' });
      await story.reaches(again, 'approved');
      const sam = await signIn(desk);
      await sam.send(await sam.open(`/requests/${again}`), { decision: 'undo' });
      await story.reaches(again, 'awaiting_decision');
      await sam.send(await sam.open(`/requests/${again}`), { decision: 'approve' });
      offset = 11 * 60_000;
      await story.reaches(again, 'cancelled');
      expect(kinds('cancel')).toEqual(['cancel']);
    });

    it('approve: never without proof, whatever the rule says', async () => {
      await start('rules:\n  - { name: everything, then: approve }\n');
      const { name } = desk.world.shopify.state.addOrder({
        email: null,
        phone: '+358401112223',
        customerName: 'Guest X',
      });
      const ref = await story.respond(name, null, { Phone: '040 111 2223', Name: 'Guest X' });
      await story.reaches(ref, 'awaiting_decision');
      expect(await reason(ref)).toBe('proof_missing');
    });

    it('staff: only the people the rule names, and as many as it wants', async () => {
      const policy = `${NO_PROOF}rules:
  - name: dear ones
    when: { amount: { over: 10 } }
    then: staff
    people: [kim@pine-and-loom.example, lee@pine-and-loom.example]
    approvals: 2
    note: Look at the margin first.
`;
      const staff = `${SAM},kim@pine-and-loom.example,lee@pine-and-loom.example`;
      await start(policy, { env: { STAFF_EMAILS: staff } });
      const { ref, name } = await evaAsks({});
      const kim = await story.openFrom('kim@pine-and-loom.example', /cancel/);
      expect(kim.html).toContain('Look at the margin first.');
      const half = await sendForm(kim, { decision: 'approve', confirm: name.slice(-4) });
      expect(half.html).toContain('Somebody else must approve too');
      expect((await story.request(ref))?.status).toBe('awaiting_decision');
      // Somebody whom the rule doesn't name can't.
      const request = await story.request(ref);
      const { desk: steps } = desk.service;
      const forced = await decide(steps, request?.id ?? '', SAM, request?.revision ?? 0, {
        kind: 'approve',
        seen: kim.fields.seen ?? '',
        confirm: null,
        terms: null,
        agreed: '',
      });
      expect(forced).toMatchObject({ kind: 'invalid', errors: { order: 'not_named' } });
      // Twice by the same person is once.
      await sendForm(half, { decision: 'approve', confirm: name.slice(-4) });
      expect((await story.request(ref))?.status).toBe('awaiting_decision');
      const lee = await story.openFrom('lee@pine-and-loom.example', /cancel/);
      await sendForm(lee, { decision: 'approve', confirm: name.slice(-4) });
      await story.reaches(ref, 'cancelled');
      expect(story.mailsTo(SAM)).toEqual([]);
    });

    it('staff: as many as the rule wants also when staff chose the order themselves', async () => {
      await start(`${NO_PROOF}rules:\n  - { name: two, then: staff, approvals: 2 }\n`, {
        env: { STAFF_EMAILS: `${SAM},kim@pine-and-loom.example` },
      });
      const ref = await story.respond('1001', 'mallory@evil.example');
      const page = await story.openFrom(SAM, /which order/);
      const chosen = await sendForm(page, { decision: 'choose', order_name: '1001' });
      const half = await sendForm(chosen, { decision: 'approve', confirm: '1001' });
      expect(half.html).toContain('Somebody else must approve too');
      expect((await story.request(ref))?.status).toBe('awaiting_decision');
    });

    it('decline: with the rule’s text, in the customer’s language', async () => {
      const policy = `${NO_PROOF}rules:
  - name: engraved
    when: { product_tags: [made-to-order] }
    then: decline
    tell: { en: It is engraved for you already., fi: Se on jo kaiverrettu sinulle. }
`;
      await start(policy);
      const order = desk.world.shopify.state.addOrder({ email: EVA, customerLocale: 'fi-FI' });
      order.lines[0]?.productTags.push('Made-To-Order');
      const ref = await story.respond(order.name, EVA);
      await story.reaches(ref, 'declined');
      expect((await story.mail(EVA, /Peruutuspyynnöstäsi/)).text).toContain('Se on jo kaiverrettu sinulle.');
      expect(story.mailsTo(SAM)).toEqual([]);
    });

    it('offer: taken, the order lives on and staff are told; refused, staff decide', async () => {
      const policy = `${NO_PROOF}rules:
  - { name: keep it, then: offer, tell: Keep the order and take 10 % off the next one. }
`;
      await start(policy);
      const first = await evaAsks({});
      const page = await story.openFrom(EVA, /Before we cancel/);
      expect(page.html).toContain('Keep the order and take 10 % off the next one.');
      expect((await sendForm(page, { action: 'offer' })).status).toBe(422);
      await sendForm(page, { action: 'offer', offer: 'accept' });
      await story.reaches(first.ref, 'withdrawn');
      await story.mail(SAM, /takes the offer/);
      await waitFor('the parcel to be free', () => story.ledger().includes('release_hold'));
      const second = await evaAsks({});
      const again = await story.openFrom(EVA, new RegExp(`Before we cancel.*${second.ref}`));
      await sendForm(again, { action: 'offer', offer: 'refuse' });
      await story.reaches(second.ref, 'awaiting_decision');
      await story.mail(SAM, new RegExp(`${second.ref}: cancel`));
    });

    it('ask: the answer goes to staff with the request', async () => {
      await start(`${NO_PROOF}rules:\n  - { name: why, then: ask, tell: What would make you keep it? }\n`);
      const { ref } = await evaAsks({});
      const page = await story.openFrom(EVA, /A question about/);
      await sendForm(page, { action: 'answer', answer: 'Nothing at all' });
      await story.reaches(ref, 'awaiting_decision');
      expect((await story.mail(SAM, new RegExp(ref))).text).toContain(
        'What would make you keep it?\n    Nothing at all',
      );
    });

    it('no rule: staff decide', async () => {
      await start(NO_PROOF);
      const { ref } = await evaAsks({});
      await story.reaches(ref, 'awaiting_decision');
      expect(await reason(ref)).toBe('no_rule');
    });
  });

  describe('from the field', () => {
    it('payment pending: explained, waits, looks again, goes on by itself', async () => {
      await start(APPROVE_ALL);
      const { ref, name } = await evaAsks({ kind: 'pending' });
      await story.reaches(ref, 'waiting');
      expect((await story.mail(EVA, /waits for the payment/)).text).toContain('go on as soon as we can');
      expect(kinds('cancel')).toEqual([]);
      desk.world.shopify.state.settlePaymentByHand(name, true);
      await story.reaches(ref, 'cancelled');
      expect(kinds('cancel', 'refund')).toEqual(['cancel', 'refund']);
      expect(story.mailsTo(EVA).filter((mail) => /waits for the payment/.test(mail.subject))).toHaveLength(1);
    });

    it('label bought: staff are told to void it, with a link, and the request goes on when it is voided', async () => {
      await start(NO_PROOF);
      const { ref, name } = await evaAsks({ kind: 'label_bought' });
      await story.reaches(ref, 'waiting');
      const mail = await story.mail(SAM, /void the shipping label/);
      const { id } = desk.world.shopify.state.order(name);
      expect(mail.text).toContain(`/admin/orders/${id.split('/').at(-1)}`);
      const page = await story.openFrom(SAM, /void the shipping label/);
      expect(page.buttons).not.toContain('approve');
      desk.world.shopify.state.voidLabelByHand(name);
      await story.reaches(ref, 'awaiting_decision');
      await sendForm(await story.openFrom(SAM, /: cancel /), { decision: 'approve', confirm: name.slice(-4) });
      await story.reaches(ref, 'cancelled');
    });

    it('label bought after the approval: nothing is sent, it waits', async () => {
      await start(NO_PROOF);
      const { ref, name } = await evaAsks({});
      const page = await story.openFrom(SAM, /: cancel /);
      await desk.stopWorker();
      await sendForm(page, { decision: 'approve', confirm: name.slice(-4) });
      desk.world.shopify.state.fulfilByHand(name, 'LABEL_PURCHASED');
      await desk.restartWorker();
      await story.reaches(ref, 'waiting');
      expect(kinds('cancel')).toEqual([]);
      await story.mail(SAM, /void the shipping label/);
    });

    it('shipped: the customer is told how to return it', async () => {
      await start(`${NO_PROOF}returns: Send it back within 30 days, the label is in the box.\n`);
      const { ref } = await evaAsks({ kind: 'fulfilled' });
      await story.reaches(ref, 'declined');
      expect((await story.mail(EVA, /About your/)).text).toContain('the label is in the box');
      expect(story.mailsTo(SAM)).toEqual([]);
    });

    it('shipped, without a text for returns: staff answer, and can’t approve', async () => {
      await start(APPROVE_ALL);
      const { ref } = await evaAsks({ kind: 'fulfilled' });
      await story.reaches(ref, 'awaiting_decision');
      expect(await reason(ref)).toBe('shipped');
      expect((await story.openFrom(SAM, /: cancel /)).buttons).not.toContain('approve');
    });

    it.each([
      ['partly_shipped', { kind: 'partially_fulfilled' }],
      ['return_open', { kind: 'return_open' }],
      ['b2b', { isB2B: true }],
      ['draft_order', { sourceName: 'shopify_draft_order' }],
      ['pre_order', { tags: ['pre-order'] }],
    ] as const)('%s: left to staff, with the reason named', async (code, spec) => {
      await start(APPROVE_ALL);
      const { ref } = await evaAsks({ ...spec, tags: [...('tags' in spec ? spec.tags : [])] });
      await story.reaches(ref, 'awaiting_decision');
      expect(await reason(ref)).toBe(code);
      expect(kinds('cancel')).toEqual([]);
    });

    it.each(['subscription', 'gift_card'] as const)(
      'a %s line: left to staff, unless a rule names it',
      async (kind) => {
        await start(APPROVE_ALL);
        const order = desk.world.shopify.state.addOrder({ email: EVA });
        const [line] = order.lines;
        if (!line) throw new Error('no line');
        if (kind === 'gift_card') line.isGiftCard = true;
        else line.sellingPlan = 'Every month';
        const ref = await story.respond(order.name, EVA);
        await story.reaches(ref, 'awaiting_decision');
        expect(await reason(ref)).toBe(kind);
        writeFileSync(
          desk.policyFile,
          `${NO_PROOF}rules:\n  - { name: named, when: { ${kind}: true }, then: approve }\n`,
        );
        await waitFor(
          'the new policy',
          async () => (await desk.service.desk.policies.current()).rules[0]?.name === 'named',
        );
        await sendForm(await story.openFrom(SAM, /: cancel /), { decision: 'reassess' });
        await story.reaches(ref, 'cancelled');
      },
    );

    it('protected by product tag: never automatic', async () => {
      await start(`protected_product_tags: [wool]\n${APPROVE_ALL}`);
      const order = desk.world.shopify.state.addOrder({ email: EVA });
      order.lines[0]?.productTags.push('Wool');
      const ref = await story.respond(order.name, EVA);
      await story.reaches(ref, 'awaiting_decision');
      expect(await reason(ref)).toBe('protected');
    });

    it('high risk: cancelled without asking staff when a rule says so', async () => {
      await start(`${NO_PROOF}rules:\n  - { name: fraud, when: { risk: [HIGH] }, then: approve }\n`);
      const { ref } = await evaAsks({ riskLevel: 'HIGH', riskRecommendation: 'CANCEL' });
      await story.reaches(ref, 'cancelled');
    });

    it.each([
      [true, 'delete'],
      [false, 'close'],
    ])('test orders are deleted when the policy wants it (test: %s), others never', async (test, expected) => {
      await start(`${NO_PROOF}rules:\n  - { name: all, then: approve, archive: true, delete_test_orders: true }\n`);
      const { ref, name } = await evaAsks({ test });
      await story.reaches(ref, 'cancelled');
      const gone = () => ![...desk.world.shopify.state.orders.values()].some((order) => order.name === name);
      await waitFor('it to be put away', async () => (await desk.service.desk.store.records.effects.countOpen()) === 0);
      expect(gone()).toBe(expected === 'delete');
    });

    it('Shopify’s own mail goes out besides when the policy wants it', async () => {
      await start(`${NO_PROOF}rules:\n  - { name: all, then: approve, notify: desk_and_shopify }\n`);
      const { ref } = await evaAsks({});
      await story.reaches(ref, 'cancelled');
      expect(kinds('notify')).toEqual(['notify']);
    });

    it('test orders: archived and tagged after the cancellation', async () => {
      const policy = `${NO_PROOF}rules:
  - { name: tests, when: { test_order: true }, then: approve, archive: true, tags: [cancelled by desk] }
`;
      await start(policy);
      const { ref, name } = await evaAsks({ test: true });
      await story.reaches(ref, 'cancelled');
      await waitFor('the tag', () => desk.world.shopify.state.order(name).tags.includes('cancelled by desk'));
    });

    it('card fees: an estimate is shown to staff', async () => {
      await start(`${NO_PROOF}card_fee: { percent: 2, fixed: 0.30 }\n`);
      await evaAsks({});
      expect((await story.openFrom(SAM, /: cancel /)).html).toMatch(
        /The payment provider keeps about €\d+\.\d\d of it/,
      );
    });

    it('authorised, not captured: the authorisation is voided, and no refund is spoken of', async () => {
      await start(APPROVE_ALL);
      const { ref } = await evaAsks({ kind: 'authorized' });
      await story.reaches(ref, 'cancelled');
      const { text } = await story.mail(EVA, /is cancelled/);
      expect(text).toContain('You were not charged');
      expect(text).not.toContain('refund');
      expect(kinds('void', 'refund')).toEqual(['void']);
    });

    it('cash on delivery, unpaid: cancelled, and nothing is owed', async () => {
      await start(APPROVE_ALL);
      const { ref } = await evaAsks({ kind: 'cash_on_delivery' });
      expect((await story.reaches(ref, 'cancelled')).payback).toBeNull();
    });

    it('bank transfer, paid: somebody has to pay back and say how and when; then the customer is told', async () => {
      await start(APPROVE_ALL);
      const order = desk.world.shopify.state.addOrder({ email: EVA, gatewayNames: ['Bank Deposit'] });
      for (const one of order.transactions) Object.assign(one, { gateway: 'Bank Deposit' });
      const ref = await story.respond(order.name, EVA);
      const request = await story.reaches(ref, 'cancelled');
      expect(request.payback).toMatchObject({ done: null });
      expect((await story.mail(EVA, /is cancelled/)).text).toContain('separately');
      const page = await story.openFrom(SAM, /pay .* back/);
      expect((await sendForm(page, { decision: 'paid_back' })).status).toBe(422);
      await sendForm(page, { decision: 'paid_back', how: 'bank transfer to FI21…', on: '2026-11-24' });
      expect((await story.mail(EVA, /have paid you back/)).text).toContain('bank transfer to FI21…');
      expect((await story.request(ref))?.payback?.done).toMatchObject({ by: SAM, on: '2026-11-24' });
      expect(await story.events(ref)).toContain('paid_back');
    });

    it('a bank transfer under a name of the shop’s own is paid back by hand too', async () => {
      await start(APPROVE_ALL);
      const order = desk.world.shopify.state.addOrder({ email: EVA, gatewayNames: ['Tilisiirto'] });
      for (const one of order.transactions) Object.assign(one, { gateway: 'Tilisiirto' });
      const ref = await story.respond(order.name, EVA);
      expect((await story.reaches(ref, 'cancelled')).payback).toMatchObject({ done: null });
      expect(kinds('refund')).toEqual([]);
      await story.mail(SAM, /pay .* back/);
    });

    it('an order larger than what is read of it is left to staff', async () => {
      await start(`protected_product_tags: [secret]\n${APPROVE_ALL}`);
      const order = desk.world.shopify.state.addOrder({ email: EVA });
      const [line] = order.lines;
      if (!line) throw new Error('no line');
      for (let i = 0; i < 70; i += 1)
        order.lines.push({ ...line, id: `${line.id}${i}`, productTags: i === 69 ? ['secret'] : [] });
      const ref = await story.respond(order.name, EVA);
      await story.reaches(ref, 'awaiting_decision');
      expect(await reason(ref)).toBe('cut_short');
    });

    it.each([
      [
        'a fee in percent',
        '{ less_percent: 10 }',
        (total: number) => Math.floor(total * 0.9),
        /A cancellation fee of €/,
      ],
      ['a fixed fee', '{ less: 5 }', (total: number) => total - 500, /A cancellation fee of €5.00 is kept/],
      ['the shipping', 'keep_shipping', (total: number) => total - 690, /shipping cost of €6.90 is not given back/],
    ])(
      'less than everything goes back, and the customer is told what is kept: %s',
      async (_, amount, expected, kept) => {
        await start(`${NO_PROOF}rules:\n  - { name: fee, then: approve, amount: ${amount} }\n`);
        const { ref, name } = await evaAsks({ shippingPrice: 690 });
        const paid = desk.world.shopify.state.order(name).transactions[0]?.amount ?? 0;
        await story.reaches(ref, 'cancelled');
        const told = await story.mail(EVA, /is cancelled/);
        expect(told.text).toMatch(kept);
        expect(told.html).toMatch(kept);
        const refunds = desk.world.shopify.state.ledger.filter((entry) => entry.kind === 'refund');
        expect(refunds.map((entry) => entry.amount)).toEqual([expected(paid)]);
      },
    );

    it.each([
      ['in one step', 'full'],
      ['less a fee', '{ less: 5 }'],
    ])('store credit: %s', async (_, amount) => {
      await start(`${NO_PROOF}rules:\n  - { name: credit, then: approve, refund: store_credit, amount: ${amount} }\n`);
      const { ref } = await evaAsks({});
      await story.reaches(ref, 'cancelled');
      expect((await story.mail(EVA, /is cancelled/)).text).toContain('store credit');
      expect(kinds('store_credit', 'refund')).toEqual(['store_credit']);
    });

    it('a refund whose answers are lost is made once', async () => {
      await start(`${NO_PROOF}rules:\n  - { name: fee, then: approve, amount: { less: 5 } }\n`);
      desk.world.shopify.faults.set({ kind: 'reset_after', only: ['RefundOrder'], times: 3 });
      await evaAsks({});
      await story.mail(EVA, /is cancelled/);
      expect(kinds('refund')).toEqual(['refund']);
    });

    it('a refund that shows later than the cancellation is waited for: nobody is told to pay it too', async () => {
      await start(APPROVE_ALL, { world: { shopify: { slowJobMs: 300 } }, timings: { settling: 5_000 } });
      desk.world.shopify.jobFaults.set({ kind: 'refund_late' });
      const { ref } = await evaAsks({});
      expect((await story.reaches(ref, 'cancelled')).payback).toBeNull();
      expect((await story.mail(EVA, /is cancelled/)).text).toMatch(/The refund of .* has been started/);
      expect(kinds('refund')).toEqual(['refund']);
      expect(story.mailsTo(SAM)).toEqual([]);
    });

    it('a refund that the bank refuses becomes a task for staff', async () => {
      await start(APPROVE_ALL);
      desk.world.shopify.jobFaults.set({ kind: 'refund_fails' });
      const { ref } = await evaAsks({});
      await story.mail(SAM, /pay .* back/);
      expect((await story.request(ref))?.payback).toMatchObject({ done: null });
    });
  });

  describe('the file', () => {
    it('that becomes bad leaves the last good one in force; operators are told, and told nothing twice', async () => {
      await start(APPROVE_ALL);
      writeFileSync(desk.policyFile, 'rules:\n  - { name: broken, thn: approve }\n');
      await waitFor('the faults', async () => {
        await desk.service.desk.policies.current();
        return desk.service.desk.policies.faults().length > 0;
      });
      const mail = await story.mail(SAM, /policy_invalid/);
      expect(mail.text).toMatch(/policy\.yaml:2: rules\[1\]\.thn: is not known here/);
      const { ref } = await evaAsks({});
      await story.reaches(ref, 'cancelled');
    });

    it('that changes while a request is open: the request keeps the one it was assessed under', async () => {
      await start(`${NO_PROOF}rules:\n  - { name: first, then: staff }\n`);
      const { ref } = await evaAsks({ kind: 'label_bought' });
      await story.reaches(ref, 'waiting');
      const { name } = { name: (await story.request(ref))?.orderName ?? '' };
      writeFileSync(desk.policyFile, APPROVE_ALL);
      await waitFor(
        'the new policy',
        async () => (await desk.service.desk.policies.current()).rules[0]?.name === 'everything',
      );
      desk.world.shopify.state.voidLabelByHand(name);
      const request = await story.reaches(ref, 'awaiting_decision');
      expect(request.assessment?.applied?.name).toBe('first');
      await sendForm(await story.openFrom(SAM, /: cancel /), { decision: 'reassess' });
      await story.reaches(ref, 'cancelled');
    });
  });

  it('explains itself in words that can be sent to a customer, in their language', async () => {
    await start(`${NO_PROOF}rules:
  - { name: second thoughts, when: { order_age: { under: 1h }, fulfilment_started: false }, unless: { risk: [HIGH] }, then: approve }
  - { name: dear ones, when: { amount: { over: 20 }, country: [FI] }, then: staff }
`);
    const { ref } = await evaAsks({ ageMs: 90 * 60_000 });
    const request = await story.reaches(ref, 'awaiting_decision');
    const { renderer } = desk.service.desk;
    const words = (locale: string) => {
      const explanation = explainAssessment(request, renderer, locale, 'Europe/Helsinki');
      return explanation ? explanationText(explanation).split('\n').slice(0, -1) : [];
    };
    expect(words('en')).toEqual([
      `A person decides on order ${request.orderName}: so says the rule “dear ones”.`,
      expect.stringMatching(/^ {2}– Amount of the order: [\d.]+ \(wanted: more than 20\)$/),
      '  – Country: FI (wanted: FI)',
      'The rule “second thoughts” (cancel automatically) nearly applied, but for:',
      '  – Time from order to request: 1 hour, 30 minutes (wanted: less than 1 hour)',
    ]);
    expect(words('fi').at(-1)).toBe('  – Aika tilauksesta pyyntöön: 1 tunti ja 30 minuuttia (vaaditaan: alle 1 tunti)');
  });

  it('a risk sweep takes up what nobody asked for, once, and tells the customer in its own words', async () => {
    await start(
      `${NO_PROOF}risk_sweep: { every: 1m, when: { risk: [HIGH], order_age: { under: 2d } }, then: approve }\n`,
    );
    const found = await waitFor('the sweep', async () => {
      const [first] = await desk.service.desk.store.records.requests.list({ status: 'cancelled', limit: 5 });
      return first;
    });
    expect(found).toMatchObject({ origin: 'risk_sweep', orderName: '#1004' });
    expect((await story.mail('noah@customer.example', /is cancelled/)).text).toContain('could not be verified');
    expect(desk.world.shopify.state.order('#1004').cancelReason).toBe('FRAUD');
    expect(kinds('cancel')).toEqual(['cancel']);
    expect(story.mailsTo(ANA)).toEqual([]);
  });

  it('a risk sweep keeps its rule while it waits, writes to nobody before, and is nobody’s to withdraw', async () => {
    await start(
      `proof: { level: none }\nreturns: Send it back.\nrisk_sweep: { every: 1m, when: { risk: [HIGH] }, then: approve }\n`,
      {
        world: {
          shopify: { orders: [makeOrder(1, Date.now(), { email: EVA, riskLevel: 'HIGH', kind: 'label_bought' })] },
        },
      },
    );
    const { requests } = desk.service.desk.store.records;
    const swept = await waitFor('the sweep', async () => (await requests.list({ status: 'waiting', limit: 1 }))[0]);
    const theirs = await story.respond('1', EVA);
    await story.reaches(theirs, 'duplicate');
    const page = await story.openFrom(EVA, /We have your/);
    expect(page.html).not.toContain(swept.ref);
    await sendForm(page, { action: 'withdraw', confirm: theirs.slice(-4) });
    expect(story.mailsTo(EVA).filter((mail) => mail.subject.includes(swept.ref))).toEqual([]);
    desk.world.shopify.state.voidLabelByHand('#1');
    await story.reaches(swept.ref, 'cancelled');
  });
});
