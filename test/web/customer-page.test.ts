/** What customers do on their page is said back to them, and what they read there is enough to do it. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, type PageForm, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const NOT_TAKEN = 'This was not taken';
const PLAIN = 'proof: { level: none }\nhold: false\n';

describe('the customer’s page', () => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(policy: string | null = PLAIN): Promise<void> {
    desk = await startDesk({ policy });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());

  /** Twice, as an impatient finger does. */
  async function twice(page: PageForm, values: Record<string, string>): Promise<PageForm> {
    const [first, second] = [await sendForm(page, values), await sendForm(page, values)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.html).not.toContain(NOT_TAKEN);
    return second;
  }
  const staffSend = async (values: Record<string, string>) => {
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), values);
    return ref;
  };

  it('thanks for an answer with the answer, once however often it is sent', async () => {
    await start();
    const ref = await staffSend({ decision: 'ask', question: 'In which colour?' });
    const page = await twice(await story.openFrom(ANA, /A question about/), {
      action: 'answer',
      answer: ' <b>Moss</b> ',
    });
    expect(page.html).toContain('Thank you, we have your answer:');
    expect(page.html).toContain('&lt;b&gt;Moss&lt;/b&gt;');
    expect((await story.request(ref))?.answers.filter(({ values }) => values[0] === '<b>Moss</b>')).toHaveLength(1);
    const another = await sendForm(page, { action: 'answer', answer: 'Ash' });
    expect(another.status).toBe(409);
    expect(another.html).toContain(NOT_TAKEN);
  });

  it('thanks for a yes, and takes it once more for the same', async () => {
    await start(null);
    const ref = await story.respond('1001');
    const page = await twice(await story.openFrom(ANA, /Was it you/), { action: 'confirm', was_me: 'yes' });
    await story.reaches(ref, 'awaiting_decision');
    expect(page.html).toContain('Thank you for telling us that it was you.');
    expect((await story.events(ref)).filter((type) => type === 'confirmed')).toHaveLength(1);
  });

  it('says what it means to refuse an offer, and takes it once more for the same', async () => {
    await start();
    await staffSend({ decision: 'offer', offer: 'Keep it, and we wrap it.' });
    const page = await twice(await story.openFrom(ANA, /Before we cancel/), { action: 'offer', offer: 'refuse' });
    expect(page.html).toContain('You don’t take our offer, and your request goes on.');
  });

  it.each([
    ['an offer that is taken', { action: 'offer', offer: 'accept' }, 'You took our offer and keep order #1001.'],
    ['a withdrawal', { action: 'withdraw' }, 'You have withdrawn this request to cancel order #1001.'],
  ])('takes %s once more for the same', async (_, values, says) => {
    await start();
    const ref = await staffSend({ decision: 'offer', offer: 'Keep it, and we wrap it.' });
    const page = await story.openFrom(ANA, /Before we cancel/);
    expect((await twice(page, { confirm: ref.slice(-4), ...values })).html).toContain(says);
    await waitFor('all mails', async () => (await desk.service.desk.store.records.effects.countOpen()) === 0);
    expect(story.mailsTo(ANA)).toHaveLength(3);
  });

  it('tells a stranger nothing of what the owner answered', async () => {
    await start(null);
    const ref = await story.respond('1001', 'mallory@evil.example');
    const strangers = await story.openFrom('mallory@evil.example', /We have your/);
    await sendForm(await story.openFrom(ANA, /Was it you/), { action: 'confirm', was_me: 'yes' });
    await story.reaches(ref, 'awaiting_decision');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'ask', question: 'In which colour?' });
    await sendForm(await story.openFrom(ANA, /A question about/), { action: 'answer', answer: 'Moss' });
    expect((await openPage(strangers.url)).html).toBe(strangers.html);
  });

  describe('asks which order', () => {
    const chosen = async () => story.openFrom(ANA, /Which order/);
    const ask = async () => {
      await start(null);
      desk.world.shopify.state.addOrder({ email: ANA, kind: 'fulfilled', customerLocale: 'en' });
      return story.respond('', ANA, { Message: 'please cancel my order' });
    };

    it('by what is in each and what it comes to; what has left is marked, and last', async () => {
      await ask();
      const { html } = await chosen();
      expect(html).toContain('Which order do you want to cancel?');
      expect(html).toMatch(/#1001, placed .*<br>2 × Candle \(Pine\), 1 × .*<br>Total €[\d.,]+/);
      expect(html.indexOf('#1001, placed')).toBeLessThan(html.indexOf('Has left already'));
      expect(html.indexOf('Has left already')).toBeGreaterThan(0);
    });

    it('by number and day alone while Shopify is away', async () => {
      await ask();
      await story.mail(ANA, /Which order/);
      desk.world.shopify.faults.set({ kind: 'http_503' });
      const { html, status } = await chosen();
      expect(status).toBe(200);
      expect(html).toContain('#1001, placed');
      expect(html).not.toContain('Candle');
    });

    it('and says which was chosen, also when it is chosen once more', async () => {
      const ref = await ask();
      const order = desk.world.shopify.state.order('#1001').id;
      const page = await twice(await chosen(), { action: 'choose', order });
      await story.reaches(ref, 'awaiting_decision');
      expect((await openPage(page.url)).html).toContain('Thank you. You chose order #1001.');
    });
  });

  it('keeps what was chosen when the end of the order’s name was mistyped', async () => {
    await start('hold: false\n');
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    await story.respond(name, 'someone@else.example');
    const page = await openPage(linkIn((await story.mail(ANA, /Was it you/)).text, 'r'));
    const answer = await sendForm(page, { action: 'confirm', was_me: 'yes', confirm_order: 'nope' });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain('name="was_me" value="yes" checked');
    expect((await sendForm(answer, { action: 'confirm', was_me: 'yes' })).status).toBe(200);
  });

  it.each(['its own', 'the other’s'])(
    'of a request that joined another one names both, and takes the end of %s',
    async (whose) => {
      await start();
      const first = await story.respond('1001');
      await story.reaches(first, 'awaiting_decision');
      const second = await story.respond('1001', ANA, { Message: 'hello?' });
      await story.reaches(second, 'duplicate');
      const page = await openPage(linkIn((await story.mail(ANA, new RegExp(`We have your.*${second}`))).text, 'r'));
      const text = page.html.replaceAll(/<\/?span[^>]*>/g, '');
      expect(text).toContain(`${second} is handled together with ${first}.`);
      expect(text).toContain(`Type the last four characters of ${second} to withdraw`);
      expect((await sendForm(page, { action: 'withdraw', confirm: 'XXXX' })).status).toBe(422);
      const confirm = (whose === 'its own' ? second : first).slice(-4);
      expect((await sendForm(page, { action: 'withdraw', confirm })).status).toBe(200);
      await story.reaches(first, 'withdrawn');
    },
  );

  it('has a form for each thing to do, so that Enter in a field does what stands under it', async () => {
    await start();
    await staffSend({ decision: 'ask', question: 'In which colour?' });
    const { html } = await story.openFrom(ANA, /A question about/);
    const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
    expect(forms.map((form) => [...form.matchAll(/<button [^>]*value="([^"]*)"/g)].map((match) => match[1]))).toEqual([
      ['answer'],
      ['withdraw'],
    ]);
    expect(html).not.toContain('<button type="submit" disabled');
  });

  it('marks the fields of an answer that is missing for those who don’t see it', async () => {
    await start(null);
    const ref = await story.respond('1001');
    const page = await story.openFrom(ANA, /Was it you/);
    const chosen = await sendForm(page, { action: 'confirm' });
    expect(chosen.html).toMatch(/role="radiogroup"[^>]*aria-invalid="true" aria-describedby="was-me-error"/);
    const typed = await sendForm(page, { action: 'withdraw', confirm: 'XXXX' });
    expect(typed.html).toMatch(/name="confirm"[^>]*value="XXXX" aria-invalid="true" aria-describedby="confirm-error"/);
    expect((await story.request(ref))?.status).toBe('needs_customer');
  });

  it('left open while the request went on takes no withdrawal, nor asks for what must be typed', async () => {
    await start();
    const ref = await story.respond('1001');
    const page = await story.openFrom(ANA, /We have your/);
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    const answer = await sendForm(page, { action: 'withdraw', confirm: 'XXXX' });
    expect([answer.status, answer.html.includes(NOT_TAKEN)]).toEqual([409, true]);
  });
});
