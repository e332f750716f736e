import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../../src/domain/standard-webhooks.ts';

const SOURCE = readFileSync(new URL('../../../scripts/apps-script/Code.gs', import.meta.url), 'utf8');
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

describe('the script in the form', () => {
  let sent: Sent[];
  let codes: (number | 'unreachable')[];
  let properties: Map<string, string>;
  let slept: number[];
  let triggers: string[];
  let script: { onResponse(event: unknown): void; resendWaiting(): void; setUp(): void };

  beforeEach(() => {
    [sent, codes, slept, triggers] = [[], [], [], []];
    properties = new Map([
      ['CANCEL_DESK_URL', 'https://desk.example/intake/webhook'],
      ['CANCEL_DESK_SECRET', SECRET],
    ]);
    script = load();
  });

  it('sends a response that the service takes for genuine, umlauts and all', () => {
    script.onResponse({ response: response('r1') });
    const [call] = sent;
    if (!call) throw new Error('nothing was sent');
    const verdict = verifyWebhook(
      {
        id: call.headers['webhook-id'],
        timestamp: call.headers['webhook-timestamp'],
        signature: call.headers['webhook-signature'],
        body: Buffer.from(call.payload),
      },
      [SECRET],
      Date.now(),
    );
    expect(verdict).toEqual({ kind: 'genuine', id: `r1.${AT}` });
    expect(JSON.parse(call.payload)).toEqual({
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
        base64Encode: (bytes: number[]) => unsigned(bytes).toString('base64'),
        newBlob: (text: string) => ({ getBytes: () => signed(Buffer.from(text, 'utf8')) }),
        computeHmacSha256Signature: (message: number[], key: number[]) =>
          signed(createHmac('sha256', unsigned(key)).update(unsigned(message)).digest()),
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
    runInContext(SOURCE, context);
    return context as unknown as typeof script;
  }
});
