/** A mail server that refuses in many ways, and repeats in its answer with what one has logged in. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const AT = ['auth', 'from', 'to', 'data'] as const;
const CODES = [421, 450, 451, 454, 500, 530, 535, 550, 552, 554] as const;

/** Each is the local part of a recipient, or for a login the name of whoever logs in. */
export const SMTP_REFUSALS = AT.flatMap((at) => CODES.map((code) => `${at}-${code}`));

export interface EchoSmtp {
  readonly port: number;
  /** Refuses the logins of those who are called so, too. */
  refused: number;
  close(): Promise<void>;
}

export async function startEchoSmtp(): Promise<EchoSmtp> {
  const said = new Map<string, string>();
  const refuse = (at: (typeof AT)[number], text: string, sessionId: string) => {
    const code = new RegExp(`${at}-(\\d+)`).exec(text)?.[1];
    if (!code) return undefined;
    self.refused += 1;
    return Object.assign(new Error(`Sorry: ${said.get(sessionId)}`), { responseCode: Number(code) });
  };
  const server = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onAuth(given, session, done) {
      const [username, password] = [given.username ?? '', given.password ?? ''];
      const plain = Buffer.from(`\0${username}\0${password}`).toString('base64');
      said.set(session.id, `${username}:${password} ${plain} ${Buffer.from(password).toString('base64')}`);
      const error = refuse('auth', username, session.id);
      if (error) done(error);
      else done(null, { user: username });
    },
    onMailFrom: ({ address }, session, done) => done(refuse('from', address, session.id)),
    onRcptTo: ({ address }, session, done) => done(refuse('to', address, session.id)),
    onData(stream, session, done) {
      stream.resume();
      stream.on('end', () => done(refuse('data', session.envelope.rcptTo[0]?.address ?? '', session.id)));
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: EchoSmtp = {
    port: (server.server.address() as AddressInfo).port,
    refused: 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return self;
}
