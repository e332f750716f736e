import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailer } from '../../../src/adapters/mail/smtp.ts';
import { type Inbox, startInbox } from './inbox.ts';

describe('the world’s mail server', () => {
  let inbox: Inbox;
  let mailer: ReturnType<typeof createMailer>;

  beforeEach(async () => {
    inbox = await startInbox();
    mailer = createMailer({ smtpUrl: inbox.url, from: 'Pine & Loom <desk@pine-and-loom.example>', replyTo: null });
  });
  afterEach(async () => {
    mailer.close();
    await inbox.close();
  });

  it('keeps a mail with its text, HTML, headers and Message-ID', async () => {
    await mailer.send(mailTo('ana@customer.example'));
    const mail = await inbox.waitFor('to Ana', (one) => one.to === 'ana@customer.example');
    expect(mail).toMatchObject({ subject: 'Tilaus peruttu: #1001 äöå', messageId: '<m1@desk.example>' });
    expect(mail.text).toContain('Hei Ana');
    expect(mail.html).toContain('<p>Hei Ana</p>');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('takes a mail later when it has said 451', async () => {
    inbox.faults.set({ kind: 'later', times: 1 });
    await expect(mailer.send(mailTo('ana@customer.example'))).rejects.toMatchObject({
      fault: 'unreachable',
      mayHaveHappened: false,
    });
    expect(inbox.mails).toEqual([]);
    await mailer.send(mailTo('ana@customer.example'));
    expect(inbox.mails).toHaveLength(1);
  });

  it('refuses one address for good and takes the others', async () => {
    inbox.refused.add('mallory@attacker.example');
    await expect(mailer.send(mailTo('mallory@attacker.example'))).rejects.toMatchObject({ fault: 'rejected' });
    await mailer.send(mailTo('ana@customer.example'));
    expect(inbox.mails.map((mail) => mail.to)).toEqual(['ana@customer.example']);
  });

  it('has the mail although the line dropped before the answer, and gets it again under the same Message-ID', async () => {
    inbox.faults.set({ kind: 'drop_after', times: 1 });
    await expect(mailer.send(mailTo('ana@customer.example'))).rejects.toMatchObject({ fault: 'unreachable' });
    await mailer.send(mailTo('ana@customer.example'));
    expect(inbox.mails.map((mail) => mail.messageId)).toEqual(['<m1@desk.example>', '<m1@desk.example>']);
  });
});

function mailTo(to: string) {
  return {
    to,
    language: 'fi',
    subject: 'Tilaus peruttu: #1001 äöå',
    text: 'Hei Ana',
    html: '<p>Hei Ana</p>',
    messageId: 'm1@desk.example',
    threadId: 't1@desk.example',
  };
}
