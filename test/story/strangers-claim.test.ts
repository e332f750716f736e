/** A stranger asks to cancel somebody else's order, and its owner says no. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { openPage, type PageForm, sendForm } from '../support/page.ts';
import { type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const MALLORY = 'mallory@evil.example';
const LIISA = 'liisa@customer.example';
const STOPPED = /Kerroit, ettet se ollut sinä\. Pyyntö perua tilaus #\d+ on pysäytetty, eikä mitään peruta\./;

describe('the owner of an order that a stranger asked to cancel', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let name: string;
  let ref: string;
  let owners: PageForm;
  let strangers: PageForm;

  beforeEach(async () => {
    desk = await startDesk({ policy: null });
    story = storyOf(desk);
    name = desk.world.shopify.state.addOrder({ email: LIISA, customerLocale: 'fi-FI' }).name;
    ref = await story.respond(name, MALLORY);
    owners = await story.openFrom(LIISA, /Olitko se sinä/);
    strangers = await story.openFrom(MALLORY, /We have your/);
  });
  afterEach(() => desk.close());

  const sayNo = async () => {
    await sendForm(owners, { action: 'confirm', was_me: 'no' });
    await story.reaches(ref, 'withdrawn');
  };

  it('says that it was not them: their page says that it is stopped, and there is nothing left to withdraw', async () => {
    await sayNo();
    const after = await openPage(owners.url);
    expect(after.html).toMatch(STOPPED);
    for (const button of ['withdraw', 'stop', 'confirm']) expect(after.buttons).not.toContain(button);
    expect((await story.mail(LIISA, /on pysäytetty/)).text).toContain('tilauksesi etenee tavalliseen tapaan');
  });

  it('still reads that they stopped it when the stranger withdraws afterwards', async () => {
    await sayNo();
    await sendForm(strangers, { action: 'withdraw', confirm: ref.slice(-4) });
    await story.mail(MALLORY, /You take back/);
    expect((await openPage(owners.url)).html).toMatch(STOPPED);
    expect(story.mailsTo(LIISA).map((mail) => mail.subject)).toEqual([
      `Olitko se sinä? Tilauksen ${name} peruminen (${ref})`,
      `Peruutuspyyntö on pysäytetty (${ref})`,
    ]);
  });

  it('still sees that it was the sender who withdrew, when they had said nothing', async () => {
    await sendForm(strangers, { action: 'withdraw', confirm: ref.slice(-4) });
    await story.reaches(ref, 'withdrawn');
    const page = await openPage(owners.url);
    expect(page.html).toContain(`Pyyntö perua tilaus ${name} on vedetty takaisin.`);
  });

  it.each([
    ['no', 'withdrawn'],
    ['yes', 'awaiting_decision'],
  ] as const)(
    'says %s: the stranger learns nothing, neither of the answer nor of the language',
    async (was_me, status) => {
      const before = (await openPage(strangers.url)).html;
      expect(before).toContain('<html lang="en">');
      await sendForm(owners, { action: 'confirm', was_me });
      await story.reaches(ref, status);
      await waitFor('the mails', async () => (await desk.service.desk.store.records.effects.countOpen()) === 0);
      const after = await openPage(strangers.url);
      expect(after.html).toBe(before);
      expect(after.buttons).toContain('withdraw');
      expect(story.mailsTo(MALLORY)).toHaveLength(1);
      const done = await sendForm(after, { action: 'withdraw', confirm: ref.slice(-4) });
      expect(done.html).toContain('We’ve noted that you take back what you sent');
      expect(done.html).toContain('<html lang="en">');
      expect((await story.mail(MALLORY, /You take back/)).text).toContain('We’ve noted that you take back');
      expect((await story.request(ref))?.status).toBe(status);
    },
  );
});
