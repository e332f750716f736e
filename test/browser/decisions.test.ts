/** Each decision from the inbox to the ledger, as staff and customer make it, on a phone and on a desktop. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, PHONE, startBrowser } from '../support/browser.ts';
import { findChromium } from '../support/chromium.ts';
import { SAM } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Customer, type DeskInBrowser, deskInBrowser } from './desk-in-browser.ts';

const VIEWPORTS = [
  ['on a phone', PHONE],
  ['on a desktop', DESKTOP],
] as const;

describe.skipIf(!findChromium()).each(VIEWPORTS)('decisions %s', (_name, viewport) => {
  let browser: Browser;
  let at: DeskInBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
    at = await deskInBrowser(browser, viewport);
  }, 60_000);
  afterAll(async () => {
    await at.close();
    await browser.close();
  });

  const approve = async (customer: Customer) => {
    await at.page
      .getByLabel(/Last four characters/)
      .first()
      .fill(customer.tail);
    await at.press('Approve: cancel the order');
    await at.page.getByRole('heading', { name: 'This request is decided' }).waitFor();
  };
  const approveAsShown = async (customer: Customer) => {
    await at.press('See what it comes to');
    await at.page.getByRole('heading', { name: `Cancel order ${customer.order.name} like this?` }).waitFor();
    expect(at.ledger(customer)).not.toContain('cancel');
    await approve(customer);
  };
  /** Beside the button of this decision. */
  const typeEnd = (decision: string, end: string) => at.page.locator(`input[name="confirm_${decision}"]`).fill(end);
  const does = (customer: Customer, kinds: string[]) =>
    waitFor(`${customer.order.name} to have ${kinds.join(', ')}`, () => {
      const done = at.ledger(customer);
      return kinds.every((kind) => done.includes(kind)) ? done : null;
    });

  it('are made on one screen: what is known, what will happen and the button are on the first', async () => {
    const ana = await at.asks();
    for (const line of ana.order.lines) line.image = `https://cdn.shopify.com/s/files/1/${line.sku}.jpg`;
    await at.staffOpen(ana);
    const button = await at.page.getByRole('button', { name: 'Approve: cancel the order' }).boundingBox();
    expect((button?.y ?? Number.NaN) + (button?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
    for (const known of [
      'Paid',
      'Order name and contact agree',
      'No rule of the policy',
      'back to stock',
      'is told by',
    ]) {
      expect(await at.page.getByText(known).first().isVisible(), known).toBe(true);
    }
  });

  it('are made with pictures of what was ordered', async () => {
    const ana = await at.asks();
    for (const line of ana.order.lines) line.image = `https://cdn.shopify.com/s/files/1/${line.sku}.jpg`;
    await at.staffOpen(ana);
    const pictures = at.page.locator('table.lines img');
    expect(await pictures.count()).toBe(ana.order.lines.length);
    const shown = () =>
      pictures.evaluateAll((all) => all.map((one) => (one as unknown as { naturalWidth: number }).naturalWidth));
    await waitFor('the pictures', async () => (await shown()).every((width) => width > 0));
  });

  it('approved without restocking, to store credit: staff and customer see what became of it', async () => {
    const ana = await at.asks();
    await at.staffOpen(ana);
    await at.unfold('Approve with changes');
    await at.page.getByLabel('Restock the items').first().selectOption('No');
    await at.page.getByLabel('Give the money back').first().selectOption({ value: 'store_credit' });
    await approveAsShown(ana);
    expect(await does(ana, ['cancel', 'store_credit'])).not.toContain('restock');
    expect(await at.read(ana.email, /is cancelled/)).toContain('store credit');
    await at.follow(ana.email, /We have your/);
    await at.page.getByText('as store credit').waitFor();
  });

  it('approved for an amount that staff wrote, in the reader’s way of writing it', async () => {
    const ana = await at.asks();
    await at.staffOpen(ana);
    await at.unfold('Approve with changes');
    await at.page
      .getByLabel(/Or this amount/)
      .first()
      .fill('12,50');
    await approveAsShown(ana);
    await does(ana, ['cancel', 'refund']);
    expect(await at.read(ana.email, /is cancelled/)).toContain('€12.50');
  });

  it('cancelled in part', async () => {
    let ana = await at.asks();
    // Of one piece there is no part.
    while (ana.order.lines.length < 2) ana = await at.asks();
    const { title } = ana.order.lines[0] ?? { title: '' };
    await at.staffOpen(ana);
    await at.unfold('Cancel only a part');
    await at.page.getByLabel(new RegExp(`^${title}.*, up to`)).fill('1');
    await at.press('See what it comes to');
    await at.page.getByRole('heading', { name: `Cancel this part of ${ana.order.name}?` }).waitFor();
    expect(await at.page.getByText('Refunds €').first().isVisible()).toBe(true);
    expect(at.ledger(ana)).toEqual([]);
    await typeEnd('part', ana.tail);
    await at.press('Cancel this part');
    expect(await does(ana, ['refund', 'restock'])).not.toContain('cancel');
    expect(await at.read(ana.email, /Part of order/)).toContain(title);
    await at.follow(ana.email, /We have your/);
    await at.page.getByText(`1 × ${title}`).waitFor();
  });

  it('changed instead: another address', async () => {
    const ana = await at.asks();
    await at.staffOpen(ana);
    await at.unfold('Change the order instead');
    await at.page.getByLabel('City').fill('Tampere');
    await at.press('See what it comes to');
    await at.page.getByText('No money moves').waitFor();
    await typeEnd('change', ana.tail);
    await at.press('Change the order');
    expect(await does(ana, ['address'])).toEqual(['address']);
    expect(await at.read(ana.email, /is changed/)).toContain('Tampere');
    await at.follow(ana.email, /We have your/);
    await at.page.getByText('Tampere').waitFor();
  });

  it('a return of what was delivered', async () => {
    const ana = await at.asks({ kind: 'fulfilled' });
    await at.follow(SAM, new RegExp(ana.ref));
    await at.page.getByLabel('How to send it back').fill('Use the label in the box.');
    await typeEnd('return', ana.tail);
    await at.press('Open the return');
    expect(await does(ana, ['return'])).toEqual(['return']);
    expect(await at.read(ana.email, /Return your order/)).toContain('Use the label in the box.');
    await at.follow(ana.email, /We have your/);
    await at.page.getByText('Use the label in the box.').waitFor();
  });

  it('declined: the customer reads why, and nothing is done', async () => {
    const ana = await at.asks();
    await at.staffOpen(ana);
    await at.unfold('Decline');
    await at.press('Decline: tell the customer why');
    await at.page.getByText('That is not what the field asks for').first().waitFor();
    await typeEnd('decline', ana.tail);
    await at.press('Decline: tell the customer why');
    await at.page.getByText('Write a reason').first().waitFor();
    await typeEnd('decline', ana.tail);
    await at.page.getByLabel('Reason, told to the customer').fill('It is engraved already.');
    await at.press('Decline: tell the customer why');
    expect(await at.read(ana.email, /About your/)).toContain('It is engraved already.');
    await at.follow(ana.email, /We have your/);
    await at.page.getByText('It is engraved already.').waitFor();
    expect(at.ledger(ana)).toEqual([]);
  });

  it('a question: the customer answers by the link, staff read the answer and approve', async () => {
    const ana = await at.asks();
    await at.staffOpen(ana);
    await at.unfold('Ask the customer');
    await at.page.getByLabel('Question, sent to the customer').fill('Would blue do?');
    await typeEnd('ask', ana.tail);
    await at.press('Send the question');
    await at.follow(ana.email, /question/i);
    await at.page.getByText('Would blue do?').waitFor();
    await at.page.getByText('Please answer before').waitFor();
    await at.page.getByLabel('Your answer').fill('No, please cancel.');
    await at.press('Send the answer');
    await at.story.reaches(ana.ref, 'awaiting_decision');
    await at.staffOpen(ana);
    await at.page.getByText('No, please cancel.').first().waitFor();
    await approve(ana);
    await does(ana, ['cancel', 'refund']);
  });

  it('an offer of a discount that the customer takes: a code, and no cancellation', async () => {
    const ana = await at.asks();
    await at.staffOpen(ana);
    await at.unfold('Offer something else');
    await at.page.getByLabel('Offer, sent to the customer').fill('Keep it and get 10 % next time.');
    await at.page.getByLabel('Discount on the next order').selectOption({ value: '10' });
    await typeEnd('offer', ana.tail);
    await at.press('Send the offer');
    await at.follow(ana.email, /Before we cancel/);
    await at.page.getByLabel('I take the offer').check();
    await typeEnd('offer', ana.ref.slice(-4));
    await at.press('Send the answer');
    expect(await at.read(ana.email, /discount|code/i)).toContain(`KEEP-${ana.ref}`);
    expect(at.ledger(ana)).toEqual([]);
  });

  it('an offer that the customer refuses comes back to staff, who approve', async () => {
    const ana = await at.asks();
    await at.staffOpen(ana);
    await at.unfold('Offer something else');
    await at.page.getByLabel('Offer, sent to the customer').fill('Keep it?');
    await typeEnd('offer', ana.tail);
    await at.press('Send the offer');
    await at.follow(ana.email, /Before we cancel/);
    await at.page.getByLabel('No, please cancel').check();
    await at.press('Send the answer');
    await at.story.reaches(ana.ref, 'awaiting_decision');
    await at.staffOpen(ana);
    await approve(ana);
    await does(ana, ['cancel', 'refund']);
  });

  it('withdrawn by the customer: the staff’s link says so', async () => {
    const ana = await at.asks();
    await at.story.mail(SAM, new RegExp(ana.ref));
    await at.follow(ana.email, /We have your/);
    await at.unfold('Changed your mind?');
    await at.page.getByLabel(/to withdraw/).fill(ana.ref.slice(-4));
    await at.press('Withdraw the request');
    await at.page.getByText('You have withdrawn this request to cancel order').waitFor();
    await at.staffOpen(ana);
    await at.page.getByRole('heading', { name: 'This request is decided' }).waitFor();
    expect(at.ledger(ana)).toEqual([]);
  });

  it('an order chosen for a response that named none', async () => {
    const order = at.desk.world.shopify.state.addOrder({ email: 'lost@customer.example' });
    const ref = await at.story.respond('I lost the number', 'lost2@customer.example');
    await at.follow(SAM, new RegExp(`${ref}: which order`));
    await at.page.getByLabel('Another order name').fill(order.name);
    await typeEnd('choose', ref.slice(-4));
    await at.press('Use this order');
    await at.page.getByRole('heading', { name: `Cancel ${order.name}?` }).waitFor();
    const ana = { email: 'lost@customer.example', ref, order, tail: order.name.slice(-4) };
    await approve(ana);
    await does(ana, ['cancel', 'refund']);
  });

  it('an address that no mail reaches: corrected, and told again', async () => {
    const ana = await at.asks();
    await at.story.mail(ana.email, /We have your/);
    at.desk.world.inbox.refused.add(ana.email);
    await at.staffOpen(ana);
    await approve(ana);
    await at.follow(SAM, new RegExp(`${ana.ref}.*could not be told`));
    await at.page.getByLabel('Correct e-mail address').fill(`new-${ana.email}`);
    await typeEnd('correct_address', ana.tail);
    await at.press('Send it there');
    await at.read(`new-${ana.email}`, /is cancelled/);
  });

  it('signed in: entered by staff, assigned, snoozed, approved, archived', async () => {
    at.desk.world.shopify.state.archivesByItself = false;
    await at.signIn();
    const order = at.desk.world.shopify.state.addOrder({ email: 'phone@customer.example' });
    await at.page.goto(`${at.desk.origin}/requests/new`);
    await at.page.getByLabel(/^Order/).fill(order.name);
    await at.page.getByLabel('What the customer said').fill('Called: ordered twice.');
    await at.press('Look at the order');
    await at.press('Enter it');
    await at.page.getByRole('heading', { name: `Cancel ${order.name}?` }).waitFor();
    const ref = at.page.url().split('/').at(-1) ?? '';
    await at.unfold('Assign or snooze');
    await at.page.getByLabel('Assigned to').selectOption(SAM);
    await at.press('Assign');
    await at.unfold('Assign or snooze');
    await at.press('Snooze');
    await at.page.goto(`${at.desk.origin}/queue?view=snoozed`);
    await at.page.getByRole('link', { name: new RegExp(order.name) }).click();
    await at.press('Approve: cancel the order');
    await at.story.reaches(ref, 'cancelled');
    await at.page.goto(`${at.desk.origin}/queue?view=ended&q=${encodeURIComponent(order.name)}`);
    await at.page.getByRole('link', { name: new RegExp(order.name) }).click();
    await at.unfold('Archive or delete the order');
    await at.page.getByLabel('Yes, in Shopify').check();
    await at.press('Archive it');
    await does({ email: '', ref, order, tail: '' }, ['cancel', 'refund', 'close']);
    at.desk.world.shopify.state.archivesByItself = true;
  });

  it('Enter in a field decides nothing: no button is pressed that nobody meant', async () => {
    const ana = await at.asks();
    await at.story.mail(SAM, new RegExp(ana.ref));
    await at.signIn();
    await at.page.goto(`${at.desk.origin}/requests/${ana.ref}`);
    await at.unfold('Cancel only a part');
    await at.page
      .getByLabel(/, up to/)
      .first()
      .fill('1');
    await at.page.keyboard.press('Enter');
    await at.page.getByText('Nothing was decided: press one of the buttons.').waitFor();
    // What was typed is still there.
    await at.unfold('Cancel only a part');
    expect(
      await at.page
        .getByLabel(/, up to/)
        .first()
        .inputValue(),
    ).toBe('1');
    expect((await at.story.request(ana.ref))?.status).toBe('awaiting_decision');
  });
});

describe.skipIf(!findChromium()).each(VIEWPORTS)('with time to undo and proof wanted, %s', (_name, viewport) => {
  let browser: Browser;
  let at: DeskInBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
    at = await deskInBrowser(browser, viewport, 'undo: 1h\nlimits: { staff_mails: 100000 }\n');
  }, 60_000);
  afterAll(async () => {
    await at.close();
    await browser.close();
  });

  it('the customer confirms, staff approve and take it back, and nothing was sent to Shopify', async () => {
    const ana = await at.asks();
    await at.follow(ana.email, /Was it you/);
    await at.page.getByLabel('Yes, that was me').check();
    await at.page.getByLabel('If it was you').fill(ana.tail);
    await at.press('Send the answer');
    await at.staffOpen(ana);
    await at.page
      .getByLabel(/Last four characters/)
      .first()
      .fill(ana.tail);
    await at.press('Approve: cancel the order');
    await at.follow(ana.email, /is accepted/);
    await at.page.getByText('We’ll do that after').waitFor();
    await at.follow(SAM, new RegExp(`${ana.ref}.*Approved`));
    await at.page.locator('input[name="confirm_undo"]').fill(ana.tail);
    await at.press('Take the approval back');
    await at.story.reaches(ana.ref, 'awaiting_decision');
    expect(at.ledger(ana).filter((kind) => kind !== 'hold')).toEqual([]);
  });

  it('the owner says that it was not them, and it ends', async () => {
    const ana = await at.asks();
    await at.follow(ana.email, /Was it you/);
    await at.page.getByLabel('No, that was not me').check();
    await at.press('Send the answer');
    await at.story.reaches(ana.ref, 'withdrawn');
    await waitFor(
      'the parcel to be let go',
      () => !at.ledger(ana).includes('hold') || at.ledger(ana).includes('release_hold'),
    );
    expect(at.ledger(ana)).not.toContain('cancel');
  });
});
