/** A mail server that keeps what it gets, for people and tests to read. */
import { setTimeout as delay } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { Faults } from '../faults.ts';
import type { Tap } from '../tap.ts';

export interface ReceivedMail {
  readonly number: number;
  readonly at: number;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly references: string;
  /** As received, lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
}

export type MailFault =
  /** 451 before the mail is taken. */
  | 'later'
  /** 550: never. */
  | 'never'
  /** Taken, but the line drops before the answer. */
  | 'drop_after'
  /** As drop_after the first time that a mail comes, and as later from then on. */
  | 'drop_then_later'
  /** The line drops before the mail is taken. */
  | 'drop_before'
  /** Taken, and the answer makes no sense. */
  | 'garbled_after'
  /** Taken, and the answer comes after a while. */
  | 'late';

const LATE_MS = 300;

export interface Inbox {
  readonly url: string;
  readonly mails: ReceivedMail[];
  readonly faults: Faults<MailFault>;
  /** Addresses that answer 550. */
  readonly refused: Set<string>;
  /** Nobody listens any more, until it is back at the same address. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  waitFor(what: string, test: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export interface InboxOptions {
  readonly port?: number;
  readonly seed?: number | undefined;
  readonly tap?: Tap | undefined;
  readonly onMail?: ((mail: ReceivedMail) => void) | undefined;
}

export async function startInbox(options: InboxOptions = {}): Promise<Inbox> {
  const { tap, onMail } = options;
  const mails: ReceivedMail[] = [];
  const faults = new Faults<MailFault>(options.seed);
  const refused = new Set<string>();
  const watchers = new Set<() => void>();

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo(address, _session, done) {
      done(refused.has(address.address) ? smtpError(550, 'No such mailbox') : undefined);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        tap?.('smtp', 'received');
        const raw = Buffer.concat(chunks);
        const struck = faults.strike('data');
        const fault = struck === 'drop_then_later' ? (isKept(raw) ? 'later' : 'drop_after') : struck;
        if (fault === 'drop_before') return drop(session.id);
        if (fault === 'later') return done(smtpError(451, 'Try again later'));
        if (fault === 'never') return done(smtpError(550, 'Not accepted'));
        keep(raw, session.envelope.rcptTo.map((one) => one.address).join(', ')).then(
          async () => {
            tap?.('smtp', 'answering');
            if (fault === 'late') await delay(LATE_MS);
            if (fault === 'garbled_after') return garble(session.id);
            if (fault === 'drop_after') drop(session.id);
            else done();
          },
          (error: Error) => done(error),
        );
      });
    },
  });

  function isKept(raw: Buffer): boolean {
    const id = /^message-id:\s*(\S+)/im.exec(raw.toString('latin1'))?.[1];
    return mails.some(({ messageId }) => messageId === id);
  }

  function garble(sessionId: string): void {
    for (const connection of server.connections) {
      const { id, _socket: socket } = connection as unknown as { id: string; _socket: { end(text: string): void } };
      if (id === sessionId) socket.end('%%% 2x0 ??\r\n');
    }
  }

  /** @param sessionId left out: all */
  function drop(sessionId?: string): void {
    for (const connection of server.connections) {
      const { id, _socket: socket } = connection as unknown as { id: string; _socket: { destroy(): void } };
      if (id === (sessionId ?? id)) socket.destroy();
    }
  }

  function listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.server.once('error', reject);
      server.server.listen(port, '127.0.0.1', resolve);
    });
  }

  async function keep(raw: Buffer, to: string): Promise<void> {
    const parsed = await simpleParser(raw, { skipImageLinks: true });
    const mail: ReceivedMail = {
      number: mails.length + 1,
      at: Date.now(),
      to,
      from: parsed.from?.text ?? '',
      subject: parsed.subject ?? '',
      text: parsed.text ?? '',
      html: parsed.html || '',
      messageId: parsed.messageId ?? '',
      references: [parsed.references ?? []].flat().join(' '),
      headers: new Map(parsed.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()])),
    };
    mails.push(mail);
    onMail?.(mail);
    for (const watcher of watchers) watcher();
  }

  await listen(options.port ?? 0);
  server.on('error', () => {});
  const { port } = server.server.address() as { port: number };

  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    faults,
    refused,
    goAway: () =>
      new Promise((resolve) => {
        server.server.close(() => resolve());
        drop();
      }),
    comeBack: () => listen(port),
    waitFor(what, test, timeoutMs = 10_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          const seen = mails.map((mail) => `${mail.to}: ${mail.subject}`).join('\n');
          reject(new Error(`No mail ${what} within ${timeoutMs} ms. There are:\n${seen}`));
        }, timeoutMs);
        const look = () => {
          const found = mails.find(test);
          if (!found) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      });
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
