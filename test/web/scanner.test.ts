/**
 * A mail scanner that opens every link of every mail, asks for it in every way, and submits every form in every way a
 * machine can without choosing or typing anything; as fast as mails arrive.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { scanMail } from '../support/scan-mail.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { generateOrders } from '../world/shopify/seed.ts';

/** `npm run torture` plays 1,000, on both databases. */
const REQUESTS = 100;
const SIDE_BY_SIDE = 12;

describe('a scanner', () => {
  let desk: DeskUnderTest;
  let story: Story;
  beforeEach(async () => {
    const policy = `limits: { staff_mails: 100000, mails_per_source: 100000 }
hold: false
rules:
  - { name: everything that is confirmed, then: approve }
`;
    desk = await startDesk({
      policy,
      world: {
        shopify: {
          orders: generateOrders(REQUESTS, Date.now(), 1001),
          bucket: { maximumAvailable: 100_000, restoreRate: 10_000 },
        },
      },
    });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());

  it(`changes nothing in ${REQUESTS} requests, though a rule would cancel each that is confirmed`, async () => {
    const asked = new Set<string>();
    let scanned = 0;
    const scanning = (async () => {
      for (let next = 0; next < REQUESTS * 2; ) {
        const mails = desk.world.inbox.mails.slice(next, next + SIDE_BY_SIDE);
        await Promise.all(mails.map((mail) => scanMail(mail.text)));
        next += mails.length;
        scanned += mails.length;
        if (mails.length === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let i = 0; i < REQUESTS; i += 1)
      asked.add(await story.respond(`#${1001 + i}`, `customer-${1001 + i}@customer.example`));
    await scanning;
    const { requests } = desk.service.desk.store.records;
    expect(scanned).toBe(REQUESTS * 2);
    expect(await requests.counts()).toEqual({ needs_customer: REQUESTS });
    expect(story.ledger()).toEqual([]);
    // And a person's answer still works with the very link the scanner was at.
    const mail = await story.mail('customer-1001@customer.example', /Was it you/);
    const own = '198.51.100.7';
    await sendForm(await openPage(linkIn(mail.text, 'r'), own), { action: 'confirm', was_me: 'yes' }, own);
    await waitFor('one cancellation', () => story.ledger().filter((kind) => kind === 'cancel').length === 1);
  }, 120_000);

  it('gets nowhere by other methods', async () => {
    const ref = await story.respond('#1001', 'customer-1001@customer.example');
    const { text } = await story.mail('customer-1001@customer.example', /Was it you/);
    for (const method of ['OPTIONS', 'PUT', 'PATCH', 'DELETE']) await fetch(linkIn(text, 'r'), { method });
    expect((await story.request(ref))?.status).toBe('needs_customer');
  });

  it('changes nothing by staff links either', async () => {
    await desk.close();
    desk = await startDesk();
    story = storyOf(desk);
    const refs = [await story.respond('1001'), await story.respond('no idea', 'nobody@nowhere.example')];
    for (const ref of refs) await scanMail((await story.mail(SAM, new RegExp(ref))).text);
    expect(await desk.service.desk.store.records.requests.counts()).toEqual({ awaiting_decision: 1, needs_match: 1 });
    expect(story.ledger()).toEqual([]);
  });
});
