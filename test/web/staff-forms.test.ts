/** What staff type, when it doesn't fit: said, kept, and nothing done. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { type Page, type StaffBrowser, signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';

describe('a form of staff', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let sam: StaffBrowser;
  let ref: string;
  let page: Page;

  beforeEach(async () => {
    desk = await startDesk({ policy: `${PLAIN_POLICY}defaults: { restock: false }\n` });
    story = storyOf(desk);
    ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
    sam = await signIn(desk);
    page = await sam.open(`/requests/${ref}`);
  });
  afterEach(() => desk.close());

  const lines = () => desk.world.shopify.state.order('#1001').lines;
  const all = () => Object.fromEntries(lines().map((line) => [`take ${line.id}`, String(line.currentQuantity)]));
  const part = { decision: 'part', refund_part: 'original', restock_part: 'no', exact_part: '' };

  it('says that nothing is restocked when the policy restocks nothing', () => {
    expect(page.html).toContain('Nothing goes back to stock.');
    expect(page.html).not.toMatch(/items? goe?s? back to stock/);
  });

  it('refuses all lines as a part', async () => {
    const answer = await sam.send(page, { ...part, ...all() });
    expect([answer.status, story.ledger()]).toEqual([422, []]);
    expect(answer.html).toContain('That is the whole order.');
  });

  it('refuses an amount together with no money back', async () => {
    const some = { [`take ${lines()[0]?.id}`]: '1', exact_part: '5', refund_part: 'none' };
    expect((await sam.send(page, { ...part, ...some })).html).toContain('choose one of the two');
    const whole = {
      decision: 'approve_changed',
      restock: 'no',
      refund: 'none',
      amount: 'full',
      archive: 'no',
      exact: '5',
    };
    expect((await sam.send(page, whole)).html).toContain('choose one of the two');
    expect(story.ledger()).toEqual([]);
  });

  it('comes back unfolded and as it was filled in while Shopify is away', async () => {
    desk.world.shopify.faults.set({ kind: 'http_503' });
    const answer = await sam.send(page, { ...part, [`take ${lines()[0]?.id}`]: '1', restock_part: 'no' });
    expect(answer.status).toBe(503);
    const section = /<details class="card" open>\s*<summary>Cancel only a part[\s\S]*?<\/details>/.exec(
      answer.html,
    )?.[0];
    expect(section).toMatch(/restock_part">.*<option value="no" selected>/);
    expect(section).toContain('value="1"');
  });

  it('keeps a request that is entered while Shopify is away', async () => {
    desk.world.shopify.faults.set({ kind: 'http_503' });
    const form = await sam.open('/requests/new');
    const answer = await sam.send(form, { order_name: '#1003', message: 'She called at nine.' });
    expect(answer.status).toBe(503);
    expect(answer.html).toContain('She called at nine.');
    expect(answer.html).toContain('Shopify doesn’t answer');
  });

  it('assigns to nobody who isn’t on the list', async () => {
    await sam.send(page, { decision: 'assign', to: 'x'.repeat(3_000) });
    expect((await story.request(ref))?.assignedTo).toBeNull();
  });

  it('says until when a request is put off', async () => {
    await sam.send(page, { decision: 'snooze', days: '2' });
    expect((await sam.open(`/requests/${ref}`)).html).toContain('snoozed until');
  });

  it('shows whoever signs in what was decided and why', async () => {
    await sam.send(page, { decision: 'decline', reason: 'It is packed.' });
    await story.mail(ANA, /About your cancellation request/);
    const { html } = await sam.open(`/requests/${ref}`);
    expect(html).toContain('What was decided');
    expect(html).toContain('It is packed.');
  });

  it('takes the last one who keeps the staff list from nobody by adding them anew', async () => {
    const list = await sam.open('/staff');
    const form_key = /name="form_key" value="([^"]*)"/.exec(list.html)?.[1] ?? '';
    const answer = await sam.send(list, { form_key, do: 'add', email: SAM, role: 'view' });
    expect(answer.status).toBe(422);
    expect((await desk.service.desk.store.records.staff.get(SAM))?.role).toBe('operate');
  });
});
