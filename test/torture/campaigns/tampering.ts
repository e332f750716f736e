/** The history of real stories, changed in the database a thousand times: each time it is found, and as it was it verifies. */
import type { Anchor } from '../../../src/domain/audit.ts';
import type { Records, Store } from '../../../src/records/store.ts';
import { sealNow, verifyAudit } from '../../../src/steps/audit.ts';
import { readSql, runSql } from '../../support/raw-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { command } from '../command.ts';
import { count, finish } from '../finish.ts';
import { withStore } from '../judge.ts';
import { buildRig, FIRST, type Rig } from '../rig.ts';
import { AGAINST_HEADS, type ChainRow, type EventRow, type History, pick, TAMPERINGS } from '../tamper.ts';

const MOST_STORIES = 40;
const STORY_EVERY = 20;

export const tampering: Campaign = {
  name: 'tampered-history',
  about:
    'rows of the history and its chain edited, moved, swapped, removed, put in, cut off and written anew, at random',
  full: 1_000,
  // adapters/store/audit.test.ts is its short form.
  short: 0,
  async run(context) {
    const stories = Math.min(MOST_STORIES, Math.ceil(context.runs / STORY_EVERY));
    const rig = await buildRig({ databaseUrl: await context.newDatabase(), orders: stories });
    const random = seededRandom(context.seed);
    const done: Record<string, number> = {};
    const last = FIRST + stories - 1;
    try {
      await rig.start();
      for (let number = FIRST; number <= last; number += 1) rig.submit(number);
      await rig.allTold(FIRST, last, 120_000);
      await withStore(rig, ({ records }) =>
        waitFor('nothing to be left to do', async () => (await records.effects.countOpen()) === 0, 30_000),
      );
      const { verdict } = await finish(rig, last, done);
      // One customer's part of it is emptied as it should be, with its trace.
      await command(rig, 'erase', `customer-${FIRST}@customer.example`, '--yes');
      const violations = await withStore(rig, (store) => tamper(rig, store, context.runs, random, done));
      return { done, verdict: { ...verdict, violations: [...verdict.violations, ...violations] } };
    } finally {
      await rig.close();
    }
  },
};

async function tamper(
  rig: Rig,
  { records, transaction }: Store,
  times: number,
  random: () => number,
  done: Record<string, number>,
): Promise<string[]> {
  await transaction(sealNow);
  const head = await records.audit.head();
  const history = await readHistory(rig);
  await keepUntouched(rig);
  const some = (below: number) => Math.floor(random() * below);
  const violations = (await faultsOf(records, [head])).map((fault) => `untouched: ${fault}`);
  for (let i = 0; i < times; ) {
    const [needsHead, kinds] = some(5) === 0 ? [true, AGAINST_HEADS] : [false, TAMPERINGS];
    const [what, way] = pick(Object.entries(kinds), some);
    const statements = way(history, some);
    if (!statements) continue;
    await runSql(rig, statements);
    const faults = await faultsOf(records, needsHead ? [head] : []);
    if (faults.length === 0) violations.push(`not found: ${what}: ${statements}`);
    count(done, what);
    await runSql(rig, UNTOUCHED_AGAIN);
    i += 1;
  }
  const after = await faultsOf(records, [head]);
  return [...violations, ...after.map((fault) => `untouched again: ${fault}`)];
}

async function faultsOf(records: Records, anchors: readonly Anchor[]): Promise<string[]> {
  const { faults } = await verifyAudit(records, anchors);
  return faults.map(({ kind, position }) => `${kind} ${position}`);
}

async function readHistory(rig: Rig): Promise<History> {
  const asNumbers = <Row extends { position: unknown }>(row: Row) => {
    const numbers = ['seq', 'at', 'position'].filter((name) => name in row);
    return { ...row, ...Object.fromEntries(numbers.map((name) => [name, Number(row[name as keyof Row])])) };
  };
  const events = await readSql<EventRow>(rig, 'select * from events order by position');
  const chain = await readSql<ChainRow>(rig, 'select * from audit_chain order by position');
  return { events: events.map(asNumbers), chain: chain.map(asNumbers) };
}

/** As whoever owns the database can: the guard is taken away first. */
async function keepUntouched(rig: Rig): Promise<void> {
  await runSql(rig, {
    sqlite: 'drop trigger guard_audit_update; drop trigger guard_audit_delete',
    postgres: 'drop trigger guard_audit on audit_chain',
  });
  await runSql(
    rig,
    'create table events_untouched as select * from events; create table chain_untouched as select * from audit_chain',
  );
}

const UNTOUCHED_AGAIN = `delete from events; insert into events select * from events_untouched;
  delete from audit_chain; insert into audit_chain select * from chain_untouched`;
