/** One customer with two addresses: the order's confirmed what was sent from the other, which then takes it back. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { openPage, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const AT_WORK = 'ana@work.example';
const NOTED = 'We’ve noted that you take back what you sent from this address.';

describe('what was sent from another address than the order’s, and is taken back there', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let ref: string;
  afterEach(() => desk.close());

  async function start(policy: string): Promise<void> {
    desk = await startDesk({ policy });
    story = storyOf(desk);
    ref = await story.respond('1001', AT_WORK);
  }
  const confirmAtHome = async () =>
    sendForm(await story.openFrom(ANA, /Was it you/), { action: 'confirm', was_me: 'yes' });
  const takeBackAtWork = async () =>
    sendForm(await story.openFrom(AT_WORK, /We have your/), { action: 'withdraw', confirm: ref.slice(-4) });
  const decision = (times = 1) =>
    waitFor('the mail to staff', () =>
      story
        .mailsTo(SAM)
        .filter((mail) => mail.subject.startsWith(`${ref}: cancel`))
        .at(times - 1),
    );
  const pageOf = ({ text }: { text: string }) => openPage(/https?:\S+\/d\/[\w-]+/.exec(text)?.[0] ?? '');

  it('says that it is noted, not that nothing is cancelled: the order’s address decides', async () => {
    await start('proof: { level: address }\n');
    await confirmAtHome();
    await story.reaches(ref, 'awaiting_decision');
    const page = await takeBackAtWork();
    expect(page.html).toContain(NOTED);
    expect(page.html).not.toContain('Nothing is cancelled');
    const mail = await story.mail(AT_WORK, /You take back/);
    expect(mail.text).toContain(NOTED);
    expect(mail.text).toContain('If the address on the order has confirmed the request, that decides.');
    expect(page.buttons).not.toContain('withdraw');
  });

  it('stands before staff’s eyes, in the history, and makes whoever has the page open look again', async () => {
    await start('proof: { level: address }\n');
    await confirmAtHome();
    const open = await pageOf(await decision());
    await takeBackAtWork();
    const refused = await sendForm(open, { decision: 'approve', confirm: '1001' });
    expect(refused.status).toBe(409);
    expect(refused.html).toContain('Whoever sent this request has taken it back');
    expect(await story.events(ref)).toContain('taken_back');
    expect((await sendForm(refused, { decision: 'approve', confirm: '1001' })).html).toContain('approved it');
  });

  it('comes back to staff while an approval can be taken back, and whoever was told “accepted” is told so', async () => {
    await start('proof: { level: address }\nundo: 1h\n');
    await confirmAtHome();
    await sendForm(await pageOf(await decision()), { decision: 'approve', confirm: '1001' });
    await story.mail(ANA, /accepted/);
    await takeBackAtWork();
    await story.reaches(ref, 'awaiting_decision');
    expect((await pageOf(await decision(2))).html).toContain('Whoever sent this request has taken it back');
    await story.mail(ANA, /looked at again/);
    expect(await story.events(ref)).toEqual(expect.arrayContaining(['approved', 'taken_back', 'undone']));
    expect(story.ledger()).not.toContain('cancel');
  });

  it('is a person’s to decide, whatever a rule would approve', async () => {
    await start('proof: { level: address }\nrules: [{ name: all, then: approve }]\n');
    const { state } = desk.world.shopify;
    const [payment] = state.order('#1001').transactions;
    Object.assign(payment ?? {}, { status: 'PENDING' });
    state.order('#1001').displayFinancialStatus = 'PENDING';
    await confirmAtHome();
    await story.reaches(ref, 'waiting');
    await takeBackAtWork();
    Object.assign(payment ?? {}, { status: 'SUCCESS' });
    state.order('#1001').displayFinancialStatus = 'PAID';
    await story.reaches(ref, 'awaiting_decision');
    expect(story.ledger()).not.toContain('cancel');
  });

  it('ends at once what nobody has confirmed', async () => {
    await start('proof: { level: address }\n');
    await story.openFrom(ANA, /Was it you/);
    expect((await takeBackAtWork()).html).toContain(NOTED);
    await story.reaches(ref, 'withdrawn');
  });
});
