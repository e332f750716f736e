import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { storeKinds } from '../support/stores.ts';

describe.each(storeKinds())('the main job, on %s', (store) => {
  let desk: DeskUnderTest;

  beforeEach(async () => {
    desk = await startDesk({ store, sources: ['forms', 'sheets'] });
  });
  afterEach(() => desk.close());

  it('takes a form response to a cancelled order and a told customer', async () => {
    const { world } = desk;
    world.google.form.submit('Ana@customer.example', {
      '1a2b3c01': 'Order no. 1001',
      '1a2b3c03': 'Ordered by mistake',
    });

    const received = await world.inbox.waitFor('to Ana that we have it', (mail) => mail.to === 'ana@customer.example');
    expect(received.subject).toMatch(/We have your cancellation request \(CR-/);
    const toStaff = await world.inbox.waitFor('to Sam', (mail) => mail.to === 'sam@pine-and-loom.example');
    expect(toStaff.subject).toMatch(/cancel #1001\?/);

    const page = await openPage(linkIn(toStaff.text, 'd'));
    expect(page.status).toBe(200);
    expect(page.html).toContain('Ordered by mistake');
    const after = await sendForm(page, { decision: 'approve', confirm: '1001' });
    expect(after.status).toBe(200);
    expect(after.html).toContain('sam@pine-and-loom.example approved it');

    const told = await world.inbox.waitFor('to Ana that it is cancelled', (mail) => /is cancelled/.test(mail.subject));
    expect(told.to).toBe('ana@customer.example');
    expect(told.text).toMatch(/refund of €\d+\.\d\d/);
    expect(world.shopify.state.ledger.map((entry) => entry.kind).sort()).toEqual(['cancel', 'refund', 'restock']);
    const requests = await desk.service.desk.store.records.requests.list({ limit: 10 });
    expect(requests.map((request) => request.status)).toEqual(['cancelled']);
  });
});
