/** Rows of a sheet have no ids: which of them are edits, and which are responses of their own. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const ORDER = '1a2b3c01';
const MORE = '1a2b3c04';

describe('in a sheet', () => {
  let desk: DeskUnderTest;
  let story: Story;
  afterEach(() => desk.close());

  async function start(...sources: ('forms' | 'sheets')[]): Promise<void> {
    // Long enough for staff and a customer to do something between two polls.
    const timings = { pollInterval: 200 };
    desk = await startDesk({ policy: 'proof: { level: none }\nhold: false\n', sources, timings });
    story = storyOf(desk);
  }

  const form = () => desk.world.google.form;
  const all = () => desk.service.desk.store.records.requests.list({ limit: 10 });
  const next = (stamp: string) => waitFor('the next second', () => Date.now() >= Date.parse(stamp) + 1_000);
  const asks = (requests: readonly CancellationRequest[]) =>
    requests.map(({ orderName, status, version }) => `${orderName} ${status} v${version}`).sort();
  const reach = (...wanted: string[]) =>
    waitFor(wanted.join(', '), async () => asks(await all()).join() === wanted.sort().join());

  const receipts = (count: number) =>
    waitFor(
      `${count} receipts`,
      () => story.mailsTo(ANA).filter(({ subject }) => /We have/.test(subject)).length === count,
    );

  /** The first poll has seen it, and its order is known. */
  async function anaAsked() {
    const response = form().submit(ANA, { [ORDER]: '#1001', [MORE]: 'please' });
    await reach('#1001 awaiting_decision v1');
    await next(response.createTime);
    return response;
  }

  it('a row that staff delete while its customer asks for another order: both are requests', async () => {
    await start('sheets');
    await anaAsked();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    form().rows.splice(0, 1);
    form().submit(ANA, { [ORDER]: name });
    await reach('#1001 awaiting_decision v1', `${name} awaiting_decision v1`);
    await receipts(2);
  });

  it('so too when the first order is cancelled already', async () => {
    await start('sheets');
    await anaAsked();
    await sendForm(await story.openFrom(SAM, /cancel #1001/), { decision: 'approve', confirm: '1001' });
    await reach('#1001 cancelled v1');
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    form().rows.splice(0, 1);
    form().submit(ANA, { [ORDER]: name });
    await reach('#1001 cancelled v1', `${name} awaiting_decision v1`);
    await receipts(2);
  });

  it('an edit by the customer that leaves the order as it is is the next version of the request', async () => {
    await start('sheets');
    const { responseId } = await anaAsked();
    form().edit(responseId, { [MORE]: 'It is a present' });
    await reach('#1001 awaiting_decision v2');
    expect((await all())[0]?.fields.message).toBe('It is a present');
  });

  it('an edit by the customer that names another order is a second request, and the first one goes on', async () => {
    await start('sheets');
    const { responseId } = await anaAsked();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    form().edit(responseId, { [ORDER]: name });
    await reach('#1001 awaiting_decision v1', `${name} awaiting_decision v1`);
  });

  it('a cell that staff correct is the next version of the request, whatever the cell', async () => {
    await start('sheets');
    await anaAsked();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    form().rows[0]?.splice(2, 1, name);
    await reach(`${name} awaiting_decision v2`);
  });

  it('whose form is read too, an edit of the order is one request, though the form is read later', async () => {
    await start('forms', 'sheets');
    const { responseId } = await anaAsked();
    const { responses } = desk.service.desk.store.records;
    const [{ id } = { id: '' }] = await all();
    await waitFor('both sources', async () => (await responses.byRequest(id)).length === 2);
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    const reads = () => desk.world.google.requests.filter(({ path }) => path.includes('/values/')).length;
    desk.world.google.faults.set({ kind: 'http_503', only: [`/v1/forms/${form().formId}/responses`] });
    // The sheet knows whole seconds: as much as there is of the time in which the form may still tell.
    await waitFor('a second to begin', () => Date.now() % 1_000 < 50);
    form().edit(responseId, { [ORDER]: name });
    const before = reads();
    await waitFor('the sheet to be read twice', () => reads() >= before + 2);
    desk.world.google.faults.clear();
    await waitFor('both edits', async () => (await responses.byRequest(id)).length === 4);
    expect(asks(await all())).toEqual([`${name} awaiting_decision v2`]);
  });

  it('whose form is read too, a cell that staff correct is the next version, whichever told first', async () => {
    await start('forms', 'sheets');
    await anaAsked();
    const [{ id } = { id: '' }] = await all();
    const { responses } = desk.service.desk.store.records;
    await waitFor('both sources', async () => (await responses.byRequest(id)).length === 2);
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    form().rows[0]?.splice(2, 1, name);
    await reach(`${name} awaiting_decision v2`);
  });

  it('a correction that is taken back, and made anew: one request, as the sheet has it', async () => {
    await start('sheets');
    await anaAsked();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    const write = (order: string) => form().rows[0]?.splice(2, 1, order);
    write(name);
    await reach(`${name} awaiting_decision v2`);
    write('#1001');
    await reach('#1001 awaiting_decision v3');
    write(name);
    await reach(`${name} awaiting_decision v4`);
    form().rows[0]?.splice(3, 1, 'another note');
    await reach(`${name} awaiting_decision v5`);
  });

  it('a row that is cut, pasted again and corrected: still one request', async () => {
    await start('sheets');
    await anaAsked();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    const [row = []] = form().rows.splice(0, 1);
    const { responses } = desk.service.desk.store.records;
    const present = () => responses.present('sheets', desk.config.google.sheetId ?? '');
    await waitFor('the row to be missed', async () => (await present()).length === 0);
    form().rows.push(row);
    await waitFor('the row to be seen', async () => (await present()).length === 1);
    await reach('#1001 awaiting_decision v1');
    form().rows[0]?.splice(2, 1, name);
    await reach(`${name} awaiting_decision v2`);
  });

  it('a copy of how a row was before its correction changes nothing', async () => {
    await start('sheets');
    await anaAsked();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    const before = [...(form().rows[0] ?? [])];
    form().rows[0]?.splice(2, 1, name);
    await reach(`${name} awaiting_decision v2`);
    form().rows.push(before);
    form().submit('eino@customer.example', { [ORDER]: '#1002' });
    await reach(`${name} awaiting_decision v2`, '#1002 awaiting_decision v1');
  });
});
