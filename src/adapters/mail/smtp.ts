/** The Mailer port over SMTP. */
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { readEmailAddress } from '../../domain/email-address.ts';
import { OutsideError } from '../../domain/outside-error.ts';
import type { Mail, Mailer } from '../../ports.ts';

export interface MailSettings {
  /** smtp://user:password@host:587 or smtps://… */
  readonly smtpUrl: string;
  /** "Shop <desk@example.com>" */
  readonly from: string;
  readonly replyTo: string | null;
}

const CONNECT_MS = 10_000;
const SOCKET_MS = 30_000;
/** What Exchange doesn't answer by itself: absence notices, receipts. Not "All": reports of failed delivery (NDR) are read. */
const NO_ANSWERS = 'DR, RN, NRN, OOF, AutoReply';

export function createMailer({ smtpUrl, from, replyTo }: MailSettings): Mailer & { close(): void } {
  const url = new URL(smtpUrl);
  const transport = nodemailer.createTransport({
    host: url.hostname,
    port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
    secure: url.protocol === 'smtps:',
    // The submission port without TLS would show the password to the network.
    requireTLS: url.protocol === 'smtp:' && (url.port === '587' || url.port === ''),
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    pool: true,
    maxConnections: 4,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SOCKET_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  return {
    async send(mail) {
      const message = messageOf(mail, from, replyTo);
      try {
        await transport.sendMail(message);
      } catch (error) {
        throw wrap(error);
      }
    },
    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        throw wrap(error);
      }
    },
    close: () => transport.close(),
  };
}

export function messageOf(mail: Mail, from: string, replyTo: string | null): SendMailOptions {
  // A recipient is parsed by the library: anything but one bare address could become two, or another one.
  if (readEmailAddress(mail.to) !== mail.to) {
    throw new OutsideError('smtp', 'rejected', 'The recipient is not one plain e-mail address');
  }
  return {
    from,
    ...(replyTo ? { replyTo } : {}),
    to: { name: '', address: mail.to },
    envelope: { from: readEmailAddress(from) ?? from, to: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageId}>`,
    inReplyTo: `<${mail.threadId}>`,
    references: `<${mail.threadId}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': NO_ANSWERS,
      'Content-Language': mail.language,
    },
  };
}

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly message?: string;
}

/** The server's own words may quote addresses: only its code is kept. */
function wrap(error: unknown): OutsideError {
  const { code, responseCode, message } = error as SmtpError;
  const options = { cause: error };
  if (code === 'EAUTH' || responseCode === 530 || responseCode === 535) {
    return new OutsideError(
      'smtp',
      'denied',
      `The mail server refuses the login (${responseCode ?? code}); check SMTP_URL`,
      options,
    );
  }
  if (responseCode !== undefined && responseCode >= 500 && responseCode !== 503) {
    return new OutsideError('smtp', 'rejected', `The mail server refused the mail for good (${responseCode})`, options);
  }
  if (responseCode !== undefined) {
    return new OutsideError('smtp', 'unreachable', `The mail server asks to try later (${responseCode})`, options);
  }
  // No reply: unless nobody listened, the mail may well be on its way. It is sent again under the same Message-ID.
  const mayHaveHappened = !/ECONNREFUSED|ENOTFOUND|EDNS/.test(`${code} ${message}`);
  return new OutsideError('smtp', 'unreachable', `The mail server gave no answer (${code ?? 'unknown'})`, {
    ...options,
    mayHaveHappened,
  });
}
