/** What mail programs and servers go by, on the mails of a whole story. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';

const EINO = 'eino@customer.example';
const HELP = 'help@pine-and-loom.example';

describe('every mail', () => {
  let desk: DeskUnderTest;
  let story: Story;
  beforeEach(async () => {
    desk = await startDesk({ env: { MAIL_REPLY_TO: HELP }, timings: { receipt: 60_000 } });
    story = storyOf(desk);
    const ref = await story.respond('#1002', EINO);
    const page = await story.openFrom(SAM, new RegExp(ref));
    await sendForm(page, { decision: 'approve', confirm: '1002' });
    await story.mail(EINO, /on peruttu/);
  });
  afterEach(() => desk.close());

  it('says that a machine sent it, wants no absence notice, and is answered where the shop reads', () => {
    expect(desk.world.inbox.mails.length).toBeGreaterThanOrEqual(3);
    for (const { headers } of desk.world.inbox.mails) {
      expect(headers.get('auto-submitted')).toBe('auto-generated');
      expect(headers.get('x-auto-response-suppress')).toContain('OOF');
      expect(headers.get('reply-to')).toBe(HELP);
      expect(headers.has('date')).toBe(true);
      // A mailing list's: nobody has subscribed to anything.
      for (const name of ['list-unsubscribe', 'list-id', 'precedence']) expect(headers.has(name)).toBe(false);
    }
  });

  it('says its language', () => {
    const languages = (to: string) => new Set(story.mailsTo(to).map(({ headers }) => headers.get('content-language')));
    expect(languages(EINO)).toEqual(new Set(['fi']));
    expect(languages(SAM)).toEqual(new Set(['en']));
  });

  it('has an id of its own under the shop’s domain, in the conversation of the request and its reader', () => {
    const ids = desk.world.inbox.mails.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^<[\w-]+@pine-and-loom\.example>$/);
    const threads = (to: string) => new Set(story.mailsTo(to).map(({ references }) => references));
    expect(threads(EINO).size).toBe(1);
    expect(threads(SAM).size).toBe(1);
    expect(threads(EINO)).not.toEqual(threads(SAM));
    for (const { headers, references } of desk.world.inbox.mails) expect(headers.get('in-reply-to')).toBe(references);
  });
});
