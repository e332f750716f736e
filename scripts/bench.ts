/**
 * `npm run bench`: the service in processes of its own against the world, on both databases. Prints a table, and writes
 * bench/results.json and the figures in docs/performance.md. `--quick` does each once over few requests, and writes
 * bench/results.local.json alone. `--only start,intake` leaves out the rest, whose latest figures stay with their date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Bed, measureCommits, openBeds, removeFolders } from './bench/databases.ts';
import { createFigures, type DatedFigure, toTable } from './bench/figures.ts';
import { measureGrowth } from './bench/growth.ts';
import { measureIntake } from './bench/intake.ts';
import { describeMachine } from './bench/machine.ts';
import { measureMatching } from './bench/matching.ts';
import { measureSheet } from './bench/sheet.ts';
import { measureStart } from './bench/start.ts';
import { measureStories } from './bench/story.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const size = options.quick
  ? { runs: 1, intake: 300, stories: 50, stored: [1_000, 20_000] }
  : { runs: 3, intake: 1_000, stories: 100, stored: [1_000, 1_000_000] };
const wanted = options.only?.split(',');
const figures = createFigures();
const machine = describeMachine();
const { beds, cluster } = await openBeds();

const PARTS: Record<string, (bed: Bed) => Promise<void>> = {
  start: (bed) => measureStart(figures, bed),
  intake: async (bed) => {
    await measureCommits(figures, await bed.fresh());
    await measureIntake(figures, bed, size.intake);
  },
  story: (bed) => measureStories(figures, bed, size.stories),
};

const began = performance.now();
try {
  // Round by round, so that whatever else the machine does meets all alike.
  for (let run = 1; run <= size.runs; run += 1) {
    for (const [name, measure] of Object.entries(PARTS)) {
      if (wanted && !wanted.includes(name)) continue;
      for (const bed of beds) {
        console.log(`${name}, ${bed.kind}, run ${run} of ${size.runs}`);
        await measure(bed);
      }
    }
  }
  if (!wanted || wanted.includes('sheet')) await measureSheet(figures);
  if (!wanted || wanted.includes('growth')) {
    for (const bed of beds) await measureGrowth(figures, bed, size.stored, size.runs);
  }
  if (!wanted || wanted.includes('matching')) measureMatching(figures);
} finally {
  cluster?.stop();
  removeFolders();
}

const all = figures.all();
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
const notes = { ...machine, minutes: Number(minutes) };
console.table(Object.fromEntries(all.map(({ name, unit, ...rest }) => [name, { unit, ...rest }])));
if (!(wanted && options.quick)) {
  const target = options.quick ? 'bench/results.local.json' : 'bench/results.json';
  const taken = all.map((figure) => ({ ...figure, date: machine.date }));
  const kept = wanted ? latest(taken) : taken;
  writeFileSync(target, `${JSON.stringify({ machine: notes, figures: kept }, null, 2)}\n`);
  if (!options.quick) {
    const file = 'docs/performance.md';
    const between = /(<!-- figures -->\n)[\s\S]*(<!-- end -->)/;
    const told = Object.entries(notes).map(([key, value]) => `${key}: ${value}`);
    const text = `\n${told.join(' · ')}\n\n${toTable(kept)}\n\n`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(between, `$1${text}$2`));
  }
}
console.log(`${minutes} minutes`);
process.exit(0);

/** Of each figure the one that was taken last, in the order of the file. */
function latest(taken: readonly DatedFigure[]): DatedFigure[] {
  const { figures: before } = JSON.parse(readFileSync('bench/results.json', 'utf8')) as { figures: DatedFigure[] };
  const fresh = new Map(taken.map((figure) => [figure.name, figure]));
  const known = new Set(before.map(({ name }) => name));
  return [...before.map((figure) => fresh.get(figure.name) ?? figure), ...taken.filter(({ name }) => !known.has(name))];
}
