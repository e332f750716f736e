/** What was taken is what page and mail say, in the order's language. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { openPage, sendForm } from '../support/page.ts';
import { signIn } from '../support/staff-browser.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';

const GRETA = 'greta@customer.example';
const OFFER = 'Behåll beställningen, så slår vi in den.';

describe('an offer that is taken', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let name: string;
  beforeEach(async () => {
    desk = await startDesk();
    story = storyOf(desk);
    name = desk.world.shopify.state.addOrder({ email: GRETA, customerLocale: 'sv-SE' }).name;
  });
  afterEach(() => desk.close());

  async function taken(terms: Record<string, string>) {
    const ref = await story.respond(name, GRETA);
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'offer', offer: OFFER, ...terms });
    const page = await story.openFrom(GRETA, /Innan vi avbeställer/);
    expect(page.html).toContain('Vårt erbjudande');
    const after = await sendForm(page, { action: 'offer', offer: 'accept' });
    expect(after.status).toBe(200);
    return { ref, after };
  }

  it('without a discount: the order goes on, and what was offered stands in both', async () => {
    const { ref, after } = await taken({});
    expect(after.html).toContain(`Du tackade ja till vårt erbjudande och behåller order ${name}. Tack!`);
    expect(after.html).toContain(OFFER);
    expect(after.html).not.toContain('rabattkod');
    const mail = await story.mail(GRETA, new RegExp(`Du behåller order ${name}`));
    expect(mail.text).toContain(OFFER);
    expect(mail.html).toContain(OFFER);
    // The blank of the signature's mark outlives the way through a mail server.
    expect(mail.text).toContain('\n-- \nPine & Loom\n');
    expect((await story.request(ref))?.status).toBe('withdrawn');
    await story.mail(SAM, /takes the offer/);
  });

  it('is what staff read of it, in the queue and in its history, with the terms', async () => {
    const { ref } = await taken({ percent: '15' });
    const sam = await signIn(desk);
    expect((await sam.open('/queue?view=ended')).html).toContain('Kept, with an offer');
    const { html } = await sam.open(`/requests/${ref}`);
    expect(html).toContain('Kept, with an offer');
    expect(html).toContain('15% off the next order');
  });

  it('with a discount: the page says that the code comes, and one mail brings it', async () => {
    const { ref, after } = await taken({ percent: '15' });
    expect(after.html).toContain('Din rabattkod kommer med e-post.');
    expect(after.html).toContain(OFFER);
    expect((await story.mail(GRETA, /Din rabattkod/)).text).toContain(`KEEP-${ref}`);
    await story.mail(SAM, /takes the offer/);
    expect(story.mailsTo(GRETA).filter((mail) => /Du behåller/.test(mail.subject))).toEqual([]);
  });

  it('an exchange: page and mail say that the order will be changed, until something else is true', async () => {
    const { ref, after } = await taken({ exchange: 'yes' });
    expect(after.html).toContain(`Du tackade ja till bytet för order ${name}.`);
    expect(after.html).toContain(OFFER);
    const mail = await story.mail(GRETA, new RegExp(`Byte för order ${name}`));
    expect(mail.text).toContain(OFFER);
    expect(mail.text).toContain('Vi ändrar ordern och skriver till dig när det är klart.');
    await sendForm(after, { action: 'withdraw', confirm: ref.slice(-4) });
    await story.reaches(ref, 'withdrawn');
    const withdrawn = await openPage(after.url);
    expect(withdrawn.html).toContain(`Du har dragit tillbaka den här begäran om att avbeställa order ${name}.`);
    expect(withdrawn.html).not.toContain('tackade ja till bytet');
  });

  it('an exchange about which staff then have a question: the page shows the question', async () => {
    const { ref, after } = await taken({ exchange: 'yes' });
    await sendForm(await story.openFrom(SAM, /exchange for/), { decision: 'ask', question: 'Vilken färg?' });
    await story.reaches(ref, 'needs_customer');
    const asked = await openPage(after.url);
    expect(asked.html).toContain('Vilken färg?');
    expect(asked.html).not.toContain('tackade ja till bytet');
    expect(asked.buttons).toContain('answer');
  });
});
