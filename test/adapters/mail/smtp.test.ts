import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailer } from '../../../src/adapters/mail/smtp.ts';
import { type Inbox, startInbox } from '../../world/mail/inbox.ts';

const MAIL = {
  language: 'fi',
  to: 'ana@customer.example',
  subject: 'Tilaus on peruttu – ä',
  text: 'Hei',
  html: '<p>Hei</p>',
  messageId: 'm1@desk.example',
  threadId: 'CR-1.customer@desk.example',
};

describe('the mailer', () => {
  let inbox: Inbox;
  let mailer: ReturnType<typeof createMailer>;

  beforeEach(async () => {
    inbox = await startInbox();
    mailer = createMailer({
      smtpUrl: inbox.url,
      from: 'Pine & Loom <desk@pine-and-loom.example>',
      replyTo: 'help@pine-and-loom.example',
    });
  });
  afterEach(async () => {
    mailer.close();
    await inbox.close();
  });

  it('sends text and HTML with its own Message-ID, in its thread, marked as automatic', async () => {
    await mailer.send(MAIL);
    const [mail] = inbox.mails;
    expect(mail).toMatchObject({
      to: MAIL.to,
      subject: MAIL.subject,
      html: expect.stringContaining('Hei'),
      messageId: '<m1@desk.example>',
      references: `<${MAIL.threadId}>`,
    });
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.headers.get('content-language')).toBe('fi');
    expect(mail?.headers.get('reply-to')).toBe('help@pine-and-loom.example');
  });

  it('asks for no absence notices and no receipts, but for reports of failed delivery', async () => {
    await mailer.send(MAIL);
    const suppressed = inbox.mails[0]?.headers.get('x-auto-response-suppress')?.split(', ');
    expect(suppressed).toEqual(expect.arrayContaining(['OOF', 'AutoReply', 'RN', 'NRN']));
    expect(suppressed).not.toContain('NDR');
    expect(suppressed).not.toContain('All');
  });

  it.each([
    'a@b.example, c@d.example',
    'victim@x.example <mallory@evil.example>',
    'x@y.example\r\nBcc: mallory@evil.example',
    'nobody',
    '',
  ])('refuses a recipient that is not one bare address: %j', async (to) => {
    await expect(mailer.send({ ...MAIL, to })).rejects.toMatchObject({ fault: 'rejected' });
    expect(inbox.mails).toEqual([]);
  });

  it('lets no header in through the subject', async () => {
    await mailer.send({ ...MAIL, subject: 'Hello\r\nBcc: mallory@evil.example' });
    expect(inbox.mails[0]?.headers.has('bcc')).toBe(false);
    expect(inbox.mails).toHaveLength(1);
  });

  it.each([
    ['later', { fault: 'unreachable', mayHaveHappened: false }],
    ['never', { fault: 'rejected' }],
    ['drop_after', { fault: 'unreachable', mayHaveHappened: true }],
  ] as const)('tells "%s" for what it is', async (kind, expected) => {
    inbox.faults.set({ kind });
    await expect(mailer.send(MAIL)).rejects.toMatchObject({ system: 'smtp', ...expected });
  });

  it('tells a mailbox that does not exist as final', async () => {
    inbox.refused.add(MAIL.to);
    await expect(mailer.send(MAIL)).rejects.toMatchObject({ fault: 'rejected' });
  });

  it('tells a server that is not there as unreachable', async () => {
    const nowhere = createMailer({ smtpUrl: 'smtp://127.0.0.1:9', from: 'desk@pine-and-loom.example', replyTo: null });
    await expect(nowhere.send(MAIL)).rejects.toMatchObject({ fault: 'unreachable' });
    nowhere.close();
  });
});
