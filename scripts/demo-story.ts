/** The demo's story without a person: each step is printed with its time, and any that fails ends it. */
import { linkIn, openPage, sendForm } from '../test/support/page.ts';
import type { World } from '../test/world/server.ts';

export async function playStory(world: World, staff: string): Promise<void> {
  const { inbox, shopify, origin } = world;
  const started = performance.now();
  let last = started;
  const step = (text: string) => {
    const now = performance.now();
    console.log(`✓ ${text.padEnd(78)} ${String(Math.round(now - last)).padStart(5)} ms`);
    last = now;
  };

  const answers = { email: 'ana@customer.example', '1a2b3c01': '#1001', '1a2b3c03': 'Ordered by mistake' };
  const sent = await fetch(`${origin}/form`, { method: 'POST', body: new URLSearchParams(answers) });
  if (!(await sent.text()).includes('Your response has been recorded'))
    throw new Error('The form did not take the response');
  step('Ana fills in the form: order #1001');

  const received = await inbox.waitFor('to Ana that her request came', (mail) => mail.to === 'ana@customer.example');
  step(`The response is in; Ana gets "${received.subject}"`);

  const toStaff = await inbox.waitFor('to staff', (mail) => mail.to === staff);
  if (!toStaff.text.includes('Order name and contact agree.')) throw new Error('The match is not exact');
  step(`Matched exactly; ${staff} gets "${toStaff.subject}"`);

  const link = linkIn(toStaff.text, 'd');
  const page = await openPage(link);
  if (page.status !== 200 || !page.buttons.includes('approve'))
    throw new Error(`The decision page answered ${page.status}`);
  if (shopify.state.ledger.some((entry) => entry.kind !== 'hold')) {
    throw new Error('Opening the link did something to the shop');
  }
  step('The emailed link opens the decision page; nothing has changed by that');

  const decided = await sendForm(page, { decision: 'approve', confirm: '1001' });
  if (!decided.html.includes('approved it')) throw new Error(`The decision was not taken (HTTP ${decided.status})`);
  step('Approved, with the last four characters of the order name typed');

  const told = await inbox.waitFor('to Ana that the order is cancelled', (mail) => /is cancelled/.test(mail.subject));
  step(`Shopify has cancelled the order; Ana gets "${told.subject}"`);

  const done = shopify.state.ledger
    .map((entry) => entry.kind)
    .sort()
    .join(', ');
  if (done !== 'cancel, hold, refund, restock') {
    throw new Error(`The shop's ledger should have one hold, cancel, refund and restock, but has: ${done}`);
  }
  step("The shop's own ledger: one hold of the parcel, one cancel, one refund, one restock");
  console.log(`The whole story took ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}
