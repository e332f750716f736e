/** Whether the person who asks is the one who ordered. The built-in policy: the address on the order confirms. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const MALLORY = 'mallory@evil.example';
const CONFIRM = /Was it you/;

describe('proof of the person', () => {
  let desk: DeskUnderTest;
  let story: Story;

  async function start(options: Parameters<typeof startDesk>[0] = {}): Promise<void> {
    desk = await startDesk({ policy: null, ...options });
    story = storyOf(desk);
  }
  beforeEach(() => start());
  afterEach(() => desk.close());

  it('asks the address on the order, and goes on when it says yes', async () => {
    const ref = await story.respond('1001');
    await story.reaches(ref, 'needs_customer');
    const page = await story.openFrom(ANA, CONFIRM);
    expect(page.html).toContain('Did you ask to cancel order #1001?');
    expect(story.mailsTo(SAM)).toEqual([]);
    await sendForm(page, { action: 'confirm', was_me: 'yes' });
    const request = await story.reaches(ref, 'awaiting_decision');
    expect(request.proof?.level).toBe('confirmed');
    const decision = await story.openFrom(SAM, /cancel #1001\?/);
    expect(decision.html).toContain('The address on the order has confirmed it.');
    await sendForm(decision, { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    expect(story.ledger()).toEqual(['hold', 'cancel', 'refund', 'restock']);
  });

  it('ends the request with one POST when the address says no', async () => {
    const ref = await story.respond('1001');
    const page = await story.openFrom(ANA, CONFIRM);
    await sendForm(page, { action: 'confirm', was_me: 'no' });
    await story.reaches(ref, 'withdrawn');
    await story.mail(ANA, /has been stopped/);
    await waitFor('the parcel to be free', () => story.ledger().includes('release_hold'));
    expect(story.ledger()).toEqual(['hold', 'release_hold']);
  });

  it('changes nothing when a machine opens the link and sends its form as it is', async () => {
    const ref = await story.respond('1001');
    const page = await story.openFrom(ANA, CONFIRM);
    for (const action of page.buttons) expect((await sendForm(page, { action })).status).toBe(422);
    expect((await story.request(ref))?.status).toBe('needs_customer');
  });

  it('asks no more when Google vouches for another response of theirs about the same order', async () => {
    await desk.close();
    await start({ sources: ['forms'], world: { google: { emailCollectionType: 'VERIFIED' } } });
    const ref = await story.respond('1001');
    await story.mail(ANA, CONFIRM);
    desk.world.google.form.submit(ANA, { '1a2b3c01': '1001', '1a2b3c04': 'I have asked before' });
    const page = await story.openFrom(SAM, /cancel #1001\?/);
    expect(page.html).toContain('Google vouches');
    const request = await story.reaches(ref, 'awaiting_decision');
    expect(request.proof?.level).toBe('vouched');
    expect(story.mailsTo(ANA).filter(({ subject }) => CONFIRM.test(subject))).toHaveLength(1);
  });

  it('asks nobody when Google vouches for the address and it is the order’s', async () => {
    await desk.close();
    await start({ sources: ['forms', 'sheets'], world: { google: { emailCollectionType: 'VERIFIED' } } });
    desk.world.google.form.submit(ANA, { '1a2b3c01': '1001' });
    const page = await story.openFrom(SAM, /cancel #1001\?/);
    expect(page.html).toContain('Google vouches');
    expect(story.mailsTo(ANA).filter((mail) => CONFIRM.test(mail.subject))).toEqual([]);
  });

  it('is content with Google’s word when the form tells of an edit long after its sheet', async () => {
    await desk.close();
    await start({ sources: ['forms', 'sheets'], world: { google: { emailCollectionType: 'VERIFIED' } } });
    const { form, faults } = desk.world.google;
    const { responseId } = form.submit(ANA, { '1a2b3c01': '1001' });
    await story.openFrom(SAM, /cancel #1001\?/);
    const { requests, responses } = desk.service.desk.store.records;
    const [{ id, ref } = { id: '', ref: '' }] = await requests.list({ limit: 1 });
    await waitFor('both sources', async () => (await responses.byRequest(id)).length === 2);
    faults.set({ kind: 'http_503', only: [`/v1/forms/${form.formId}/responses`] });
    form.edit(responseId, { '1a2b3c04': 'It is a present' });
    await story.openFrom(ANA, CONFIRM);
    faults.clear();
    const request = await story.reaches(ref, 'awaiting_decision');
    expect([request.version, request.fields.message]).toEqual([2, 'It is a present']);
  });

  it('asks all the same at the level "always"', async () => {
    await desk.close();
    await start({
      policy: 'proof: { level: always }',
      sources: ['forms'],
      world: { google: { emailCollectionType: 'VERIFIED' } },
    });
    desk.world.google.form.submit(ANA, { '1a2b3c01': '1001' });
    await story.openFrom(ANA, CONFIRM);
  });

  it('asks nobody at the level "none" when the addresses agree', async () => {
    await desk.close();
    await start({ policy: 'proof: { level: none }' });
    await story.reaches(await story.respond('1001'), 'awaiting_decision');
  });

  it('tells the address on the order when another one asks for it; yes makes it the owner’s request', async () => {
    const ref = await story.respond('1001', MALLORY);
    const page = await story.openFrom(ANA, CONFIRM);
    expect((await story.request(ref))?.orderId).toBeNull();
    // A parcel isn't held for somebody who only knows a number.
    expect(story.ledger()).toEqual([]);
    await sendForm(page, { action: 'confirm', was_me: 'yes' });
    await story.reaches(ref, 'awaiting_decision');
    await story.mail(MALLORY, /We have your/);
    expect(story.mailsTo(MALLORY)).toHaveLength(1);
  });

  it('does not let a stranger’s claim stand in the owner’s way', async () => {
    const strangers = await story.respond('1001', MALLORY);
    await story.reaches(strangers, 'needs_customer');
    const owners = await story.respond('#1001', ANA);
    await story.reaches(owners, 'needs_customer');
    const own = desk.world.inbox.mails.filter((mail) => mail.to === ANA && CONFIRM.test(mail.subject));
    await waitFor('both questions', () => story.mailsTo(ANA).filter((mail) => CONFIRM.test(mail.subject)).length === 2);
    expect(own.length).toBeLessThanOrEqual(2);
    const mail = await story.mail(ANA, new RegExp(`Was it you.*${owners}`));
    await sendForm(await openPage(linkIn(mail.text, 'r')), { action: 'confirm', was_me: 'yes' });
    await story.reaches(owners, 'awaiting_decision');
  });

  it('a second request of the owner joins the first, and the link of either confirms', async () => {
    const first = await story.respond('1001');
    await story.reaches(first, 'needs_customer');
    const second = await story.respond('1001', ANA, { Message: 'hello?' });
    await story.reaches(second, 'duplicate');
    const receipt = await story.mail(ANA, new RegExp(`We have your.*${second}`));
    const page = await openPage(linkIn(receipt.text, 'r'));
    expect(page.html).toContain(first);
    await sendForm(page, { action: 'confirm', was_me: 'yes' });
    await story.reaches(first, 'awaiting_decision');
  });

  it('keeps a stranger from the owner’s request that their claim joined', async () => {
    const strangers = await story.respond('1001', MALLORY);
    await story.reaches(strangers, 'needs_customer');
    const owners = await story.respond('1001', ANA, { Message: 'mine' });
    await story.reaches(owners, 'needs_customer');
    // Ana answers the question about the stranger's claim.
    const mail = await story.mail(ANA, new RegExp(`Was it you.*${strangers}`));
    await sendForm(await openPage(linkIn(mail.text, 'r')), { action: 'confirm', was_me: 'yes' });
    await story.reaches(owners, 'awaiting_decision');
    const page = await openPage(linkIn((await story.mail(MALLORY, /We have your/)).text, 'r'));
    expect(page.html).not.toContain(owners);
    await sendForm(page, { action: 'withdraw', confirm: strangers.slice(-4) });
    await sendForm(page, { action: 'withdraw', confirm: owners.slice(-4) });
    expect((await story.request(owners))?.status).toBe('awaiting_decision');
  });

  it('lets nobody but the owner withdraw what the owner has confirmed', async () => {
    const ref = await story.respond('1001', MALLORY);
    await sendForm(await story.openFrom(ANA, CONFIRM), { action: 'confirm', was_me: 'yes' });
    await story.reaches(ref, 'awaiting_decision');
    const page = await openPage(linkIn((await story.mail(MALLORY, /We have your/)).text, 'r'));
    await sendForm(page, { action: 'withdraw', confirm: ref.slice(-4) });
    expect((await story.request(ref))?.status).toBe('awaiting_decision');
  });

  it('asks the owner of their own request though strangers have used up the day’s questions', async () => {
    for (let i = 0; i < 5; i += 1) {
      await story.reaches(await story.respond('1001', `mallory${i}@evil.example`), 'needs_customer');
    }
    const own = await story.respond('1001', ANA);
    await story.mail(ANA, new RegExp(`Was it you.*${own}`));
  });

  it('at the level "always" two verified responses don’t stand in for an answer', async () => {
    await desk.close();
    await start({
      policy: 'proof: { level: always }\nrules: [{ name: all, then: approve }]',
      sources: ['forms'],
      world: { google: { emailCollectionType: 'VERIFIED' } },
    });
    for (const text of ['1001', 'order 1001']) desk.world.google.form.submit(ANA, { '1a2b3c01': text });
    const { requests } = desk.service.desk.store.records;
    await waitFor('both', async () => (await requests.counts()).duplicate === 1);
    expect(await requests.counts()).toEqual({ needs_customer: 1, duplicate: 1 });
    expect(story.ledger()).not.toContain('cancel');
  });

  it('hands the request to staff when nobody answers, with the reason', async () => {
    await desk.close();
    await start({ policy: 'proof: { wait: 1m }', now: () => Date.now() + offset });
    const ref = await story.respond('1001');
    await story.openFrom(ANA, CONFIRM);
    offset += 61_000;
    await story.reaches(ref, 'awaiting_decision');
    expect((await story.openFrom(SAM, /cancel #1001\?/)).html).toContain('has not answered');
    offset = 0;
  });

  it('ends it instead when the policy says so', async () => {
    await desk.close();
    await start({ policy: 'proof: { wait: 1m, otherwise: end }', now: () => Date.now() + offset });
    const ref = await story.respond('1001');
    await story.openFrom(ANA, CONFIRM);
    offset += 61_000;
    await story.reaches(ref, 'expired');
    offset = 0;
  });

  it('hands it to staff when the question bounces', async () => {
    desk.world.inbox.refused.add(ANA);
    const ref = await story.respond('1001');
    await waitFor('the bounce', async () => (await story.events(ref)).includes('mail_failed'));
    const request = await story.reaches(ref, 'awaiting_decision');
    expect(request.trouble?.reason).toBe('bounced_confirmation');
  });

  it('leaves it to staff when the order has no address', async () => {
    const ref = await story.respond('1008', null, { Phone: '+358 40 123 4567', Name: 'Guest' });
    const page = await story.openFrom(SAM, new RegExp(ref));
    expect(page.html).toContain('Nobody has shown that the order is theirs.');
  });
});

let offset = 0;

describe('a request without an order name', () => {
  let desk: DeskUnderTest;
  let story: Story;
  beforeEach(async () => {
    desk = await startDesk({ policy: null });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());

  it('of an address with one open order: the customer says whether it is that one', async () => {
    const ref = await story.respond('', 'eino@customer.example', { Message: 'please cancel my order' });
    const page = await story.openFrom('eino@customer.example', /Minkä tilauksen/);
    expect(page.html).toContain('#1002');
    const id = desk.world.shopify.state.order('#1002').id;
    await sendForm(page, { action: 'choose', order: id });
    const request = await story.reaches(ref, 'awaiting_decision');
    expect(request).toMatchObject({ orderName: '#1002', proof: { level: 'confirmed' }, match: { kind: 'chosen' } });
  });

  it('of an address with several: only its own open orders can be chosen', async () => {
    const ref = await story.respond('', 'aino@customer.example', { Message: 'cancel, please' });
    const page = await story.openFrom('aino@customer.example', /Minkä tilauksen/);
    expect(page.html).toContain('#1006');
    expect(page.html).toContain('#1067');
    expect(page.html).not.toContain('#1001');
    const others = desk.world.shopify.state.order('#1001').id;
    expect((await sendForm(page, { action: 'choose', order: others })).status).toBe(422);
    expect((await sendForm(page, { action: 'choose' })).status).toBe(422);
    await sendForm(page, { action: 'choose', order: desk.world.shopify.state.order('#1067').id });
    expect((await story.reaches(ref, 'awaiting_decision')).orderName).toBe('#1067');
  });

  it('with a mistyped number: the one that looks like it is suggested, never taken', async () => {
    const ref = await story.respond('10021', 'eino@customer.example');
    const page = await story.openFrom('eino@customer.example', /Minkä tilauksen/);
    expect(page.html).toContain('#1002');
    expect((await story.request(ref))?.orderId).toBeNull();
  });

  it('of an unknown address goes to staff', async () => {
    const ref = await story.respond('', 'nobody@nowhere.example', { Message: 'cancel' });
    await story.reaches(ref, 'needs_match');
  });
});
