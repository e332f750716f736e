/** The audit chain against whoever can write to the database: each way to change what was written is found. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toEvent } from '../../../src/adapters/store/audit.ts';
import { type Anchor, digestOf, linkTo, NO_HEAD } from '../../../src/domain/audit.ts';
import { auditMark, verifyAudit } from '../../../src/steps/audit.ts';
import { readSql, runSql } from '../../support/raw-database.ts';
import { openTestStore, storeKinds, type TestStore } from '../../support/stores.ts';
import { seededRandom } from '../../world/faults.ts';

type EventRow = Parameters<typeof toEvent>[0];

const EVENTS = 40;
const ROUNDS = 12;

describe.each(storeKinds())('the audit chain, on %s', (kind) => {
  let store: TestStore;
  let head: Anchor;
  const random = seededRandom(7);
  const some = (below: number) => 1 + Math.floor(random() * below);
  beforeEach(async () => {
    store = await openTestStore(kind);
    for (let i = 1; i <= EVENTS; i += 1) await happens(`r${i % 3}`, i);
    await seal();
    head = await store.store.records.audit.head();
  });
  afterEach(() => store.close());

  const happens = (requestId: string | null, at: number, type = 'received') =>
    store.store.records.events.append(requestId, { at, actor: 'ana@customer.example', type, data: { number: at } });
  const seal = () =>
    store.store.transaction(async (records) => {
      await records.lock('audit');
      return records.audit.seal(1_000);
    });
  const sql = (text: string) => runSql(store.where, text);
  const unguarded = async (text: string) => {
    await runSql(store.where, {
      sqlite: 'drop trigger if exists guard_audit_update; drop trigger if exists guard_audit_delete;',
      postgres: 'drop trigger if exists guard_audit on audit_chain',
    });
    await sql(text);
  };
  const faults = async (anchors: Anchor[] = [head]) =>
    (await verifyAudit(store.store.records, anchors)).faults.map(({ kind: what, position }) => `${what} ${position}`);

  it('holds what happened, in order, without gaps', async () => {
    expect(head.position).toBe(EVENTS);
    expect(await faults()).toEqual([]);
    expect(await auditMark(store.store.records, 'r1')).toBe('verified');
    await happens('r1', 99);
    expect(await auditMark(store.store.records, 'r1')).toBe('open');
    expect((await verifyAudit(store.store.records, [])).notSealed).toBe(1);
  });

  it('shows an event that claims to be sealed, and is not', async () => {
    await sql(
      "insert into events (request_id, at, actor, type, data, salt, position) values ('r1', 1, 'sam', 'approved', '{}', 'x', 999999)",
    );
    expect(await faults()).toEqual(['put_in 999999']);
    await sql('update events set position = 7 where position = 999999');
    expect(await faults()).toContain('put_in 7');
  });

  it('shows an event that is put in before the first one, with an entry of its own that follows from nothing', async () => {
    await sql(
      "insert into events (request_id, at, actor, type, data, salt, position) values ('r1', 1, 'sam', 'approved', '{}', 'x', -3)",
    );
    const [row] = await readSql<EventRow>(store.where, 'select * from events where position = -3');
    const { digest, hash } = linkTo({ position: -4, hash: '' }, digestOf(toEvent(row as EventRow)));
    await sql(`insert into audit_chain (position, digest, hash) values (-3, '${digest}', '${hash}')`);
    expect(await faults()).toEqual(['broken -3', 'broken 1']);
    expect(await auditMark(store.store.records, 'r1')).toBe('broken');
  });

  it('tells what happened to a request in the order in which it was sealed, whatever the rows are numbered', async () => {
    const { events } = store.store.records;
    await happens('r1', 99);
    const before = await events.byRequest('r1');
    await sql('update events set seq = seq + 1000 where position = 4');
    expect(await faults()).toEqual([]);
    expect(await events.byRequest('r1')).toEqual(before);
  });

  it('shows on the request that what it said was taken out without a trace', async () => {
    await sql("update events set data = '{}', salt = '' where position = 3");
    expect(await auditMark(store.store.records, 'r0')).toBe('broken');
  });

  it('is only ever added to', async () => {
    await expect(sql("update audit_chain set hash = 'x' where position = 1")).rejects.toThrow(/only added to/);
    await expect(sql('delete from audit_chain where position = 1')).rejects.toThrow(/only added to/);
  });

  it.each([
    "data = '{}'",
    "actor = 'sam'",
    'at = at + 1',
    "type = 'approved'",
    "request_id = 'r9'",
    "salt = 'x'",
    // What only an erasure writes.
    "said_digest = 'x'",
    "actor_salt = 'x'",
    "actor_digest = 'x'",
  ])('shows an event that was changed: %s', async (change) => {
    const changed = some(EVENTS);
    await sql(`update events set ${change} where position = ${changed}`);
    expect(await faults()).toEqual([`edited ${changed}`]);
    const request = `r${changed % 3}`;
    if (!change.startsWith('request')) expect(await auditMark(store.store.records, request)).toBe('broken');
  });

  it(`shows an event that is gone, ${ROUNDS} times at random`, async () => {
    const gone = new Set<number>();
    for (let i = 0; i < ROUNDS; i += 1) {
      const position = some(EVENTS - 1);
      gone.add(position);
      await sql(`delete from events where position = ${position}`);
      expect(await faults()).toEqual([...gone].sort((a, b) => a - b).map((one) => `removed ${one}`));
    }
  });

  it(`shows two events that were swapped, ${ROUNDS} times at random`, async () => {
    for (let i = 0; i < ROUNDS; i += 1) {
      const [one, other] = [some(EVENTS / 2), EVENTS / 2 + some(EVENTS / 2)];
      const swap = `update events set position = case position when ${one} then ${other} else ${one} end
        where position in (${one}, ${other})`;
      await sql(swap);
      expect(await faults()).toEqual([`edited ${one}`, `edited ${other}`]);
      await sql(swap);
    }
    expect(await faults()).toEqual([]);
  });

  it('shows an entry that was taken out of the chain, changed, or put in', async () => {
    await unguarded('delete from audit_chain where position = 7; delete from events where position = 7');
    expect(await faults()).toEqual(['broken 8']);
    await unguarded("update audit_chain set digest = 'x' where position = 20");
    expect(await faults()).toEqual(['broken 8', 'broken 20', 'edited 20']);
  });

  it('shows by an anchor that its end was cut, with the events', async () => {
    const cut = some(EVENTS - 1);
    await unguarded(`delete from audit_chain where position > ${cut}; delete from events where position > ${cut}`);
    expect(await faults([])).toEqual([]);
    expect(await faults()).toEqual([`cut ${EVENTS}`]);
    // Growing again over it doesn't hide that.
    for (let i = 0; i < EVENTS; i += 1) await happens('r1', i);
    await seal();
    expect(await faults()).toEqual([`other ${EVENTS}`]);
  });

  it('shows by an anchor that it was written anew as a whole', async () => {
    const { records } = store.store;
    await sql("update events set actor = 'somebody-else' where position = 5");
    let last = NO_HEAD;
    for (const { event } of await records.audit.page(0)) {
      const entry = linkTo(last, event ? digestOf(event) : '');
      await unguarded(
        `update audit_chain set digest = '${entry.digest}', hash = '${entry.hash}' where position = ${entry.position}`,
      );
      last = entry;
    }
    expect(await faults([])).toEqual([]);
    expect(await faults()).toEqual([`other ${EVENTS}`]);
  });

  const eraseAll = async () => {
    await store.store.transaction((records) => records.privacy.eraseEventsNaming('ana@customer.example'));
    for (const request of ['r0', 'r1', 'r2']) await happens(request, 100, 'erased');
    await seal();
    head = await store.store.records.audit.head();
  };

  it('takes an erasure that left its trace for what it is, and no other', async () => {
    await store.store.transaction((records) => records.privacy.eraseEventsNaming('ana@customer.example'));
    expect(await faults()).toHaveLength(EVENTS);
    expect((await faults()).every((fault) => fault.startsWith('erased_in_secret'))).toBe(true);
    await happens('r2', 100, 'erased');
    await seal();
    expect(await faults()).not.toEqual([]);
    for (const request of ['r0', 'r1']) await happens(request, 101, 'erased');
    await seal();
    expect(await faults()).toEqual([]);
    expect(await auditMark(store.store.records, 'r1')).toBe('verified');
  });

  it.each([
    'at = at + 1',
    "type = 'approved'",
    "request_id = 'r2'",
    "actor = 'sam'",
    'data = \'{"a":1}\'',
    "said_digest = 'x'",
    "actor_digest = 'x'",
  ])('shows what was changed of an event after it was erased: %s', async (change) => {
    await eraseAll();
    expect(await faults()).toEqual([]);
    await sql(`update events set ${change} where position = 3`);
    expect(await faults()).toEqual(['edited 3']);
    expect(await auditMark(store.store.records, change.includes('r2') ? 'r2' : 'r0')).toBe('broken');
  });

  it('shows an event that was hidden among those of an erased request', async () => {
    await eraseAll();
    await happens('r7', 200, 'declined');
    await happens('r1', 201, 'erased');
    await seal();
    await sql("update events set request_id = 'r1', type = 'received', data = '{}', salt = '' where request_id = 'r7'");
    expect(await faults()).toEqual([`edited ${EVENTS + 4}`]);
    expect(await auditMark(store.store.records, 'r1')).toBe('broken');
  });

  it('stays one chain though two processes seal at once', async () => {
    // The embedded database has one process at a time, which may seal twice all the same.
    const other = kind === 'postgres' ? await store.again() : store.store;
    for (let i = 0; i < 30; i += 1) await happens('r1', 200 + i);
    const sealIn = (where: typeof other) =>
      where.transaction(async (records) => {
        await records.lock('audit');
        return records.audit.seal(4);
      });
    await Promise.all(Array.from({ length: 10 }, (_, i) => sealIn(i % 2 === 0 ? other : store.store)));
    expect((await store.store.records.audit.head()).position).toBe(EVENTS + 30);
    expect(await faults()).toEqual([]);
  });
});
