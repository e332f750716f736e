/** The history of a request as staff read it: who, when, what, why, and what came of it in Shopify. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { erasePerson } from '../../src/steps/erase-person.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { type StaffBrowser, signIn } from '../support/staff-browser.ts';
import { ANA, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the history', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let sam: StaffBrowser;
  beforeEach(async () => {
    desk = await startDesk();
    story = storyOf(desk);
    sam = await signIn(desk);
  });
  afterEach(() => desk.close());

  const waiting = async (order: string, email = ANA) => {
    const ref = await story.respond(order, email);
    await story.reaches(ref, 'awaiting_decision');
    return ref;
  };
  const page = (ref: string) => sam.open(`/requests/${ref}`);
  const decide = async (ref: string, values: Record<string, string>) => sam.send(await page(ref), values);
  /** Its lines as they are read, from "History" on. */
  const history = async (ref: string): Promise<string> => {
    const { html } = await page(ref);
    return html
      .slice(html.indexOf('timeline-title'))
      .replace(/<[^>]*>/g, '')
      .replaceAll('&#x27;', "'");
  };

  it('keeps what was offered and refused, what was asked and answered, and why it was declined', async () => {
    const ref = await waiting('1001');
    await decide(ref, { decision: 'offer', offer: 'Ten percent if you keep it.' });
    await sendForm(await story.openFrom(ANA, /Before we cancel/), { action: 'offer', offer: 'refuse' });
    await story.reaches(ref, 'awaiting_decision');
    await decide(ref, { decision: 'ask', question: 'Which colour was it?' });
    await sendForm(await story.openFrom(ANA, /A question/), { action: 'answer', answer: 'Rather blue' });
    await story.reaches(ref, 'awaiting_decision');
    await decide(ref, { decision: 'decline', reason: 'It is engraved already.' });
    const lines = await history(ref);
    for (const text of [
      'Ten percent if you keep it.',
      'Which colour was it?',
      'Rather blue',
      'It is engraved already.',
      'No rule of the policy applies.',
    ]) {
      expect(lines).toContain(text);
    }
  });

  it('shows of a change its lines, and of its money the amount and the refund’s id', async () => {
    const ref = await waiting('1001');
    const before = await page(ref);
    const line = /name="keep ([^"]*)"[^>]*value="(\d+)"/.exec(before.html);
    const plan = await sam.send(before, { decision: 'change', [`keep ${line?.[1]}`]: '0', sku_quantity: '1' });
    await sam.send(plan, { decision: 'change', [`keep ${line?.[1]}`]: '0', sku_quantity: '1' });
    await story.reaches(ref, 'changed');
    await waitFor('the refund', async () => (await story.events(ref)).includes('refunded'));
    const lines = await history(ref);
    expect(lines).toMatch(/Approved .*: 0 instead of/);
    expect(lines).toContain('Changing the order');
    expect(lines).not.toContain('Cancelling');
    expect(lines).toMatch(/Refunded .*refund \d+: €\d+\.\d\d/);
    expect((await page(ref)).html).toMatch(/made-title(?:(?!timeline)[\s\S])*: 0 instead of/);
  });

  it('shows of a return its id', async () => {
    const name = '#1003';
    const ref = await waiting(name, desk.world.shopify.state.order(name).email ?? '');
    await decide(ref, { decision: 'return', instructions: 'Bring it back.' });
    await story.reaches(ref, 'return_opened');
    const lines = await history(ref);
    expect(lines).toContain('Opening a return');
    expect(lines).toMatch(/Return opened .*return \d+/);
    expect(lines).toContain('Bring it back.');
  });

  it('shows of a cancellation which refund came of it, and names archiving what it is', async () => {
    desk.world.shopify.state.archivesByItself = false;
    const ref = await waiting('1001');
    await decide(ref, { decision: 'approve' });
    await story.reaches(ref, 'cancelled');
    await decide(ref, { decision: 'archive', tidy: 'yes' });
    await waitFor('the archive', () => story.ledger().includes('close'));
    const lines = await history(ref);
    expect(lines).toMatch(/Shopify has cancelled the order .*refund \d+: €/);
    expect(lines).toContain('Archive in Shopify');
    expect(lines).toContain('Money back: To the original payment. Restock: Yes.');
  });

  it('says why it failed', async () => {
    const ref = await waiting('1007', 'erik@customer.example');
    await decide(ref, { decision: 'approve' });
    await story.reaches(ref, 'failed');
    expect(await history(ref)).toContain('Items could not be restocked at this location.');
  });

  it('says no word of what was written once the person is erased', async () => {
    const ref = await waiting('1001');
    await decide(ref, { decision: 'ask', question: 'Was it Kolibri again?' });
    await sendForm(await story.openFrom(ANA, /A question/), { action: 'answer', answer: 'Yes, Kolibri did it' });
    await story.reaches(ref, 'awaiting_decision');
    await decide(ref, { decision: 'decline', reason: 'Kolibri again.' });
    const { effects, events } = desk.service.desk.store.records;
    await waitFor('nothing to be owed', async () => (await effects.countOpen()) === 0);
    expect((await erasePerson(desk.service.desk, ANA)).kind).toBe('erased');
    const { id } = (await story.request(ref)) ?? { id: '' };
    expect(JSON.stringify(await events.byRequest(id))).not.toContain('Kolibri');
  });
});
