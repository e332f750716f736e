/** Who works here, which links were good once: nobody learns it, neither from an answer nor from how fast it comes. */
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newToken } from '../../src/steps/ids.ts';
import { mintLink } from '../../src/steps/magic-link.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { SAM, storyOf } from '../support/story.ts';

const PAIRS = 60;
const CLOSE_MS = 5;
/** Five mails an hour each: with twelve, every one of the pairs is mailed. */
const STAFF = Array.from({ length: PAIRS / 5 }, (_, i) => `staff${i}@pine-and-loom.example`);

const BROWSER = newToken();

type Send = (from: string) => request.Test;

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe('enumeration', () => {
  let desk: DeskUnderTest;
  let asked = 0;
  beforeEach(async () => {
    desk = await startDesk({ env: { STAFF_EMAILS: [SAM, ...STAFF].join(',') } });
    // What follows a request (mails) is done beside it; here only the answer is measured.
    await desk.stopWorker();
  });
  afterEach(() => desk.close());

  /** From an address of its own, so that no limit is met. */
  async function timed(send: Send) {
    asked += 1;
    const from = `10.9.${asked >> 8}.${asked & 255}`;
    const started = performance.now();
    const { status, text, headers } = await send(from);
    const ms = performance.now() - started;
    const { date: _, ratelimit: __, 'ratelimit-policy': ___, etag: ____, ...same } = headers;
    // The way back to what was asked for is in the answer, as it was in the question.
    return { ms, answer: JSON.stringify([status, same, text]).replace(/CR-[0-9A-Z]{7}/g, 'CR-ASKED') };
  }

  async function compare(sends: Record<string, (i: number) => Send>) {
    const all = Object.entries(sends);
    const times = new Map(all.map(([name]) => [name, [] as number[]]));
    const answers = new Set<string>();
    for (let i = -5; i < PAIRS; i += 1) {
      for (const [name, send] of i % 2 ? all : all.toReversed()) {
        const { ms, answer } = await timed(send(Math.max(0, i)));
        answers.add(answer);
        // The first few warm up what is compiled late.
        if (i >= 0) times.get(name)?.push(ms);
      }
    }
    expect(answers.size).toBe(1);
    const medians = [...times.values()].map(median);
    expect(Math.max(...medians) - Math.min(...medians)).toBeLessThan(CLOSE_MS);
  }

  it(`of staff by signing in: ${PAIRS} pairs, the same bytes, medians within ${CLOSE_MS} ms`, async () => {
    const ask = (email: string) => (from: string) =>
      request(desk.origin)
        .post('/sign-in')
        // The answer shows a number that is the browser's own.
        .set('Cookie', `asking=${BROWSER}`)
        .type('form')
        .set({ Origin: desk.origin, 'X-Forwarded-For': from })
        .send({ email });
    await compare({
      member: (i) => ask(STAFF[i % STAFF.length] ?? ''),
      stranger: (i) => ask(`stranger${i}@pine-and-loom.example`),
    });
    expect(await desk.service.desk.store.records.effects.countOpen()).toBeGreaterThan(PAIRS / 2);
  });

  it(`of links: unknown, revoked, expired and of somebody removed, ${PAIRS} each, are one answer`, async () => {
    const { desk: own } = desk.service;
    const { records } = own.store;
    const ref = await storyOf(desk).respond('1001');
    const found = await records.requests.byRef(ref);
    if (!found) throw new Error('the request is missing');
    const tokenFor = async (person: string, life = 1) => {
      const timings = { ...own.timings, staffLink: own.timings.staffLink * life };
      const { url } = await mintLink({ ...own, timings }, 'staff', found, person);
      return url.split('/').at(-1) ?? '';
    };
    const revoked = await tokenFor(SAM);
    await records.tokens.revokeForPerson(SAM, Date.now());
    const gone = STAFF[0] ?? '';
    const removed = await tokenFor(gone);
    await records.staff.put({ email: gone, role: 'decide', active: false, awayUntil: null, standIn: null }, Date.now());
    const expired = await tokenFor(STAFF[1] ?? '', -1);
    const open = (token: () => string) => () => (from: string) =>
      request(desk.origin).get(`/d/${token()}`).set('X-Forwarded-For', from);
    await compare({
      unknown: open(newToken),
      revoked: open(() => revoked),
      removed: open(() => removed),
      expired: open(() => expired),
      anothersKind: open(() => 'x'),
    });
  });

  it('of requests: a reference that exists and one that does not look alike to whoever has no session', async () => {
    const ref = await storyOf(desk).respond('1001');
    const open = (path: string) => () => (from: string) => request(desk.origin).get(path).set('X-Forwarded-For', from);
    await compare({ exists: open(`/requests/${ref}`), doesNot: open('/requests/CR-AAAAAAA') });
  });
});
