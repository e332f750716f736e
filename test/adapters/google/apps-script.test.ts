import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../../src/domain/standard-webhooks.ts';

const sourceOf = (file: string) =>
  readFileSync(new URL(`../../../scripts/apps-script/${file}`, import.meta.url), 'utf8');
const SECRET = `whsec_${Buffer.from('ä-secret-with-high-bytes-\u00ff\u00fe').toString('base64')}`;
const AT = Date.parse('2026-11-23T08:00:00Z');

interface Sent {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload: string;
}

/** Bytes in Apps Script are signed: 200 comes as -56. */
const signed = (bytes: Uint8Array) => Array.from(bytes, (byte) => (byte << 24) >> 24);
const unsigned = (bytes: number[]) => Buffer.from(bytes.map((byte) => byte & 0xff));

describe('the scripts in Google’s hands', () => {
  let sent: Sent[];
  let codes: (number | 'unreachable')[];
  let properties: Map<string, string>;
  let slept: number[];
  let triggers: string[];
  let mailbox: { id: string; at: number; raw: string }[];
  let asked: string[];
  let script: {
    onResponse(event: unknown): void;
    resendWaiting(): void;
    setUp(): void;
    setUpBounces(): void;
    sendBounces(): void;
  };

  beforeEach(() => {
    [sent, codes, slept, triggers, mailbox, asked] = [[], [], [], [], [], []];
    properties = new Map([
      ['CANCEL_DESK_URL', 'https://desk.example/intake/webhook'],
      ['CANCEL_DESK_SECRET', SECRET],
    ]);
    script = load();
  });

  it('sends a response that the service takes for genuine, umlauts and all', () => {
    script.onResponse({ response: response('r1') });
    expect(verdicts()).toEqual([{ kind: 'genuine', id: `r1.${AT}` }]);
    expect(JSON.parse(sent[0]?.payload ?? '')).toEqual({
      responseId: 'r1',
      submittedAt: '2026-11-23T08:00:00.000Z',
      respondentEmail: 'ana@customer.example',
      answers: { Tilausnumero: '#1001', Syyt: ['väärä koko', 'myöhässä'], 'Syyt ': 'toinen' },
    });
  });

  it('tries again with growing waits, then keeps the response for the timed trigger', () => {
    codes = [503, 'unreachable', 429, 500];
    script.onResponse({ response: response('r1') });
    expect(sent).toHaveLength(4);
    expect(slept).toEqual([1_000, 3_000, 9_000]);
    expect([...properties.keys()]).toContain('waiting.r1');
    script.resendWaiting();
    expect(sent).toHaveLength(5);
    expect([...properties.keys()]).not.toContain('waiting.r1');
    expect(new Set(sent.map((call) => call.headers['webhook-id']))).toEqual(new Set([`r1.${AT}`]));
  });

  it('sends nothing for the blank events that Google has been seen to send', () => {
    script.onResponse({});
    script.onResponse(undefined);
    expect(sent).toEqual([]);
  });

  it('makes one trigger for responses and one for what is waiting', () => {
    script.setUp();
    expect(triggers).toEqual(['onResponse', 'resendWaiting']);
  });

  it('says which settings are missing', () => {
    properties.clear();
    expect(() => script.setUp()).toThrow(/CANCEL_DESK_URL/);
  });

  describe('in the mailbox', () => {
    beforeEach(() => {
      mailbox = [
        { id: 'm2', at: AT + 60_000, raw: 'Subject: it is späť\r\n\r\nsecond' },
        { id: 'm1', at: AT, raw: 'Subject: first\r\n\r\nfirst' },
      ];
    });

    it('sends mails that came back, the oldest first, and the service takes them for genuine', () => {
      script.sendBounces();
      expect(verdicts()).toEqual(['m1', 'm2'].map((id) => ({ kind: 'genuine', id: `bounce.${id}` })));
      expect(sent.map(({ payload }) => payload)).toEqual(mailbox.map(({ raw }) => raw).reverse());
    });

    it('goes on where it could not send, and asks for nothing older than what is sent', () => {
      codes = [202, 503, 503, 503, 503];
      script.sendBounces();
      expect(sent).toHaveLength(5);
      script.sendBounces();
      expect(asked).toEqual([
        'from:(mailer-daemon OR postmaster) newer_than:3d',
        `from:(mailer-daemon OR postmaster) newer_than:3d after:${AT / 1000 - 1}`,
      ]);
      expect(sent.at(-1)?.headers['webhook-id']).toBe('bounce.m2');
    });

    it('makes one trigger', () => {
      script.setUpBounces();
      expect(triggers).toEqual(['sendBounces']);
    });
  });

  function verdicts() {
    return sent.map(({ headers, payload }) => {
      const message = {
        id: headers['webhook-id'],
        timestamp: headers['webhook-timestamp'],
        signature: headers['webhook-signature'],
        body: Buffer.from(payload),
      };
      return verifyWebhook(message, [SECRET], Date.now());
    });
  }

  function response(id: string) {
    const item = (title: string, answer: unknown) => ({
      getItem: () => ({ getTitle: () => title }),
      getResponse: () => answer,
    });
    return {
      getId: () => id,
      getTimestamp: () => new Date(AT),
      getRespondentEmail: () => 'ana@customer.example',
      getItemResponses: () => [
        item('Tilausnumero', '#1001'),
        item('Syyt', ['väärä koko', 'myöhässä']),
        item('Syyt', 'toinen'),
      ],
    };
  }

  function trigger(name: string): object {
    const builder: object = {
      forForm: () => builder,
      onFormSubmit: () => builder,
      timeBased: () => builder,
      everyMinutes: () => builder,
      create: () => triggers.push(name),
    };
    return builder;
  }

  function load() {
    const context = createContext({
      console: { warn: () => {} },
      ScriptApp: { newTrigger: trigger, getProjectTriggers: () => [], deleteTrigger: () => {} },
      FormApp: { getActiveForm: () => ({ getResponse: (id: string) => response(id) }) },
      PropertiesService: {
        getScriptProperties: () => ({
          getProperty: (key: string) => properties.get(key) ?? null,
          setProperty: (key: string, value: string) => properties.set(key, value),
          deleteProperty: (key: string) => properties.delete(key),
          getKeys: () => [...properties.keys()],
        }),
      },
      Utilities: {
        sleep: (ms: number) => slept.push(ms),
        base64Decode: (text: string) => signed(Buffer.from(text, 'base64')),
        base64DecodeWebSafe: (text: string) => signed(Buffer.from(text, 'base64url')),
        base64Encode: (bytes: number[]) => unsigned(bytes).toString('base64'),
        newBlob: (content: string | number[]) => ({
          getBytes: () => signed(Buffer.from(String(content), 'utf8')),
          getDataAsString: () => (typeof content === 'string' ? content : unsigned(content).toString('utf8')),
        }),
        computeHmacSha256Signature: (message: number[], key: number[]) =>
          signed(createHmac('sha256', unsigned(key)).update(unsigned(message)).digest()),
      },
      Gmail: {
        Users: {
          Messages: {
            list(_user: string, { q }: { q: string }) {
              asked.push(q);
              return { messages: mailbox.map(({ id }) => ({ id })) };
            },
            get(_user: string, id: string) {
              const message = mailbox.find((one) => one.id === id);
              const raw = Buffer.from(message?.raw ?? '');
              // As bytes, and as its documentation has it.
              return {
                raw: id === 'm1' ? signed(raw) : raw.toString('base64url'),
                internalDate: String(message?.at),
              };
            },
          },
        },
      },
      UrlFetchApp: {
        fetch(url: string, options: { headers: Record<string, string>; payload: string }) {
          sent.push({ url, headers: options.headers, payload: options.payload });
          const code = codes.shift() ?? 202;
          if (code === 'unreachable') throw new Error('DNS error');
          return { getResponseCode: () => code };
        },
      },
    });
    for (const file of ['Code.gs', 'bounces/Bounces.gs']) runInContext(sourceOf(file), context);
    return context as unknown as typeof script;
  }
});
