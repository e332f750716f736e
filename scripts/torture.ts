/**
 * `npm run torture`: real processes and real databases are killed, cut off, misled and starved, again and again. The
 * make-believe world's own ledger judges. Seeded: the same seed plays the same faults.
 *
 *   --seed N  --runs N (instead of each campaign's full count)  --database embedded|postgres  --only NAME,NAME  --out FILE
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, startPostgres } from '../test/support/postgres.ts';
import type { StoreKind } from '../test/support/stores.ts';
import { CAMPAIGNS } from '../test/torture/campaigns.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    runs: { type: 'string' },
    database: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string', default: 'bench/torture.json' },
  },
});

interface Row {
  readonly campaign: string;
  readonly database: 'embedded' | 'postgres';
  readonly seed: number;
  readonly date: string;
  readonly seconds: number;
  readonly done: Readonly<Record<string, number>>;
  readonly responses: number;
  readonly cancelled: number;
  readonly refunded: number;
  readonly told: number;
  readonly withStaff: number;
  readonly violations: readonly string[];
}

const seed = Number(values.seed);
const only = values.only?.split(',');
const unknown = only?.filter((name) => !CAMPAIGNS.some((one) => one.name === name)) ?? [];
if (unknown.length > 0 || (values.database && !['embedded', 'postgres'].includes(values.database))) {
  console.error(
    `There is no ${unknown.join(', ') || values.database}. Campaigns: ${CAMPAIGNS.map((one) => one.name).join(', ')}.`,
  );
  process.exit(2);
}
const cluster = values.database === 'embedded' ? null : await startPostgres();
if (!cluster && values.database !== 'embedded') console.warn('PostgreSQL is not on this machine: embedded only.');
const databases: StoreKind[] = [
  ...(values.database === 'postgres' ? [] : ['sqlite' as const]),
  ...(cluster ? ['postgres' as const] : []),
];
console.log(`seed ${seed}`);
const rows: Row[] = [];
try {
  for (const campaign of CAMPAIGNS.filter(({ name }) => !only || only.includes(name))) {
    for (const database of databases.filter((one) => !campaign.only || one === campaign.only)) {
      rows.push(await play(campaign, database));
      // What has been played stands, whatever happens to the rest.
      keep(rows);
    }
  }
} finally {
  cluster?.stop();
}
printTable(rows);
process.exit(rows.some((row) => row.violations.length > 0) ? 1 : 0);

async function play(campaign: (typeof CAMPAIGNS)[number], database: StoreKind): Promise<Row> {
  const started = performance.now();
  const runs = values.runs ? Number(values.runs) : campaign.full;
  const name = database === 'sqlite' ? ('embedded' as const) : database;
  console.log(`\n── ${campaign.name} on ${name}: ${campaign.about}`);
  const { done, verdict } = await campaign.run({
    seed,
    runs,
    database,
    newDatabase: () => (cluster && database === 'postgres' ? createDatabase(cluster.url) : Promise.resolve(null)),
    progress: (text) => console.log(`   ${text}`),
  });
  const { mailsTwice: _, ...figures } = verdict;
  const seconds = Math.round((performance.now() - started) / 1000);
  for (const violation of verdict.violations.slice(0, 20)) console.log(`   ✗ ${violation}`);
  if (verdict.violations.length === 0) console.log(`   ✓ ${seconds} s`);
  return {
    campaign: campaign.name,
    database: name,
    seed,
    date: new Date().toISOString().slice(0, 10),
    seconds,
    done,
    ...figures,
  };
}

/** The latest of each campaign on each database, beside those of earlier runs. */
function keep(fresh: readonly Row[]): void {
  const file = values.out;
  const before: Row[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const replaced = (row: Row) => fresh.some((one) => one.campaign === row.campaign && one.database === row.database);
  const all = [...before.filter((row) => !replaced(row)), ...fresh];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(file.replace(/\.json$/, '.md'), tableOf(all));
}

function printTable(all: readonly Row[]): void {
  console.log(`\n${tableOf(all)}`);
}

function tableOf(all: readonly Row[]): string {
  const lines = all.map((row) => {
    const done = Object.entries(row.done).map(([what, times]) => `${times} ${what}`);
    const cells = [
      row.campaign,
      row.database,
      done.join(', '),
      row.responses,
      row.cancelled,
      row.refunded,
      row.told,
      row.withStaff,
      row.violations.length,
      row.seed,
      row.date,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head =
    'Campaign | Database | What was done | Responses | Cancelled | Paid back | Told | With staff | Violations | Seed | Date';
  return [`| ${head} |`, `|${' --- |'.repeat(11)}`, ...lines, ''].join('\n');
}
