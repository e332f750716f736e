import { afterEach, describe, expect, it } from 'vitest';
import { createHistogram, toText } from '../../src/web/exposition.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { type ParsedFamily, parseExposition } from '../support/parse-exposition.ts';
import { runDecision } from '../support/run-decision.ts';
import { storeKinds } from '../support/stores.ts';
import { storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const TOKEN = 'a token of the test, long enough';

describe.each(storeKinds())('/metrics on %s', (store) => {
  let desk: DeskUnderTest;
  afterEach(() => desk.close());

  const read = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(`${desk.origin}/metrics`, { headers });
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };
  const value = (families: Map<string, ParsedFamily>, family: string, labels: Record<string, string> = {}) =>
    families
      .get(family)
      ?.samples.find((one) => one.name === family && JSON.stringify(one.labels) === JSON.stringify(labels))?.value;

  it('tells what there is, in the format to the letter', async () => {
    desk = await startDesk({ store, sources: ['forms'] });
    const story = storyOf(desk);
    const ref = await story.respond('1001');
    await story.respond('9999', 'nobody@customer.example');
    desk.world.inbox.refused.add('nobody@customer.example');
    await runDecision(desk, ref);
    await story.reaches(ref, 'cancelled');
    const families = await waitFor('the figures', async () => {
      const { status, type, text } = await read();
      expect(status).toBe(200);
      expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
      const parsed = parseExposition(text);
      const idle = value(parsed, 'cancel_desk_effects_open', { kind: 'mail' }) === 0;
      const polled = parsed.get('cancel_desk_poll_last_ok_age_seconds')?.samples.length;
      return idle && polled && value(parsed, 'cancel_desk_requests', { status: 'received' }) === 0 ? parsed : null;
    });
    expect(value(families, 'cancel_desk_requests', { status: 'needs_match' })).toBe(1);
    expect(value(families, 'cancel_desk_requests', { status: 'waiting' })).toBe(0);
    expect(value(families, 'cancel_desk_oldest_open_request_age_seconds')).toBeGreaterThan(0);
    expect(value(families, 'cancel_desk_set_aside', { kind: 'response' })).toBe(0);
    expect(value(families, 'cancel_desk_incidents_open')).toBe(0);
    expect(value(families, 'cancel_desk_poll_last_ok_age_seconds', { source: 'forms' })).toBeLessThan(60);
    expect(value(families, 'cancel_desk_mails_total', { outcome: 'sent' })).toBe(desk.world.inbox.mails.length);
    const { actualCost } = desk.service.costTotals();
    expect(actualCost).toBeGreaterThan(0);
    expect(value(families, 'cancel_desk_shopify_cost_points_total')).toBe(actualCost);
    expect(value(families, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    const durations = families.get('cancel_desk_http_request_duration_seconds');
    expect(durations?.type).toBe('histogram');
    const webhooks = durations?.samples.find(
      (one) => one.name.endsWith('_count') && one.labels.route === '/intake/webhook' && one.labels.status === '202',
    );
    expect(webhooks?.value).toBe(2);
  });

  it('is for this machine itself: what a proxy forwards needs the token', async () => {
    desk = await startDesk({ store, env: { METRICS_TOKEN: TOKEN } });
    expect((await read()).status).toBe(200);
    for (const header of ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP', 'X-Forwarded-Proto']) {
      const refused = await read({ [header]: 'for=192.0.2.1' });
      expect(refused.status).toBe(403);
      expect(refused.text).not.toContain('cancel_desk_');
    }
    const authorization = `Bearer ${TOKEN}`;
    expect((await read({ authorization, 'X-Forwarded-For': '192.0.2.1' })).status).toBe(200);
    expect((await read({ authorization: `${authorization}!`, 'X-Forwarded-For': '192.0.2.1' })).status).toBe(403);
    expect((await read({ authorization: 'Bearer ' })).status).not.toBe(500);
  });

  it('knows no token when none is set', async () => {
    desk = await startDesk({ store });
    expect((await read({ authorization: 'Bearer null', 'X-Forwarded-For': '192.0.2.1' })).status).toBe(403);
  });
});

describe('the text format', () => {
  it('escapes what a label or a help may hold', () => {
    const text = toText([
      { name: 'a_b', help: 'one\ntwo \\', type: 'gauge', samples: [{ labels: { x: 'q"\\\n' }, value: Number.NaN }] },
    ]);
    expect(parseExposition(text).get('a_b')).toMatchObject({
      help: 'one\ntwo \\',
      samples: [{ labels: { x: 'q"\\\n' } }],
    });
  });

  it('counts a value on the bound into its bucket, and those above all into the last', () => {
    const histogram = createHistogram('t', 'times', [1, 2]);
    for (const value of [0.5, 1, 1.5, 9]) histogram.observe({ r: '/' }, value);
    const samples = parseExposition(histogram.text()).get('t')?.samples ?? [];
    expect(samples.map(({ name, labels, value }) => [name, labels.le ?? '', value])).toEqual([
      ['t_bucket', '1', 2],
      ['t_bucket', '2', 3],
      ['t_bucket', '+Inf', 4],
      ['t_sum', '', 12],
      ['t_count', '', 4],
    ]);
  });

  it.each([
    'a 1',
    '# TYPE a gauge\na 1',
    '# TYPE a gauge\na{b=c} 1\n',
    '# TYPE a gauge\na 1 \n',
    '# TYPE a gauge\na 1\na 1\n',
    '# TYPE a_total counter\na_total -1\n',
  ])('has a reader here that refuses %j', (text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
