/** A strict reader of the Prometheus text format 0.0.4: whatever isn't to the letter throws. Shares nothing with the writer. */

export interface ParsedSample {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

export interface ParsedFamily {
  help: string | null;
  type: string;
  samples: ParsedSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (NaN|[+-]Inf|[+-]?[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?)$`,
);
const SUFFIXES: Record<string, string[]> = { histogram: ['_bucket', '_sum', '_count'], counter: [''], gauge: [''] };

export function parseExposition(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('The last line has no end');
  const families = new Map<string, ParsedFamily>();
  const closed = new Set<string>();
  const seen = new Set<string>();
  let pendingHelp: [string, string] | null = null;
  let current: string | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const help = new RegExp(`^# HELP (${NAME}) (.*)$`).exec(line);
    const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line);
    if (help) {
      pendingHelp = [help[1] ?? '', unescaped(help[2] ?? '')];
    } else if (type) {
      const [, name = '', kind = ''] = type;
      if (families.has(name)) throw new Error(`${name} comes twice`);
      if (pendingHelp && pendingHelp[0] !== name) throw new Error(`The help before ${name} is of ${pendingHelp[0]}`);
      if (current) closed.add(current);
      families.set(name, { help: pendingHelp?.[1] ?? null, type: kind, samples: [] });
      [current, pendingHelp] = [name, null];
    } else {
      const family = current === null ? undefined : families.get(current);
      const sample = parseSample(line);
      if (!family || !SUFFIXES[family.type]?.some((suffix) => sample.name === current + suffix)) {
        throw new Error(`A sample outside its family: ${line}`);
      }
      const key = sample.name + JSON.stringify(Object.entries(sample.labels).sort());
      if (seen.has(key)) throw new Error(`The same sample twice: ${line}`);
      seen.add(key);
      if (family.type === 'counter' && !(sample.value >= 0)) throw new Error(`A counter below 0: ${line}`);
      family.samples.push(sample);
    }
  }
  for (const [name, family] of families) {
    if (family.type === 'counter' && !name.endsWith('_total')) throw new Error(`${name} should end in _total`);
    if (family.type === 'histogram') checkHistogram(name, family);
  }
  return families;
}

function parseSample(line: string): ParsedSample {
  const match = SAMPLE.exec(line);
  if (!match) throw new Error(`Not a sample: ${JSON.stringify(line)}`);
  const [, name = '', labelText = '', number = ''] = match;
  const labels: Record<string, string> = {};
  for (const [pair] of labelText.matchAll(new RegExp(LABEL, 'g'))) {
    const label = pair.slice(0, pair.indexOf('='));
    if (label in labels) throw new Error(`${label} comes twice in ${line}`);
    labels[label] = unescaped(pair.slice(pair.indexOf('=') + 2, -1));
  }
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, one: string) => (one === 'n' ? '\n' : one));
}

/** Buckets rise, the last one is +Inf and equals the count. */
function checkHistogram(name: string, { samples }: ParsedFamily): void {
  const without = (labels: Record<string, string>) =>
    JSON.stringify(Object.entries(labels).filter(([label]) => label !== 'le'));
  for (const count of samples.filter((one) => one.name === `${name}_count`)) {
    const buckets = samples.filter(
      (one) => one.name === `${name}_bucket` && without(one.labels) === without(count.labels),
    );
    const rising = buckets.every((one, index) => index === 0 || one.value >= (buckets[index - 1]?.value ?? 0));
    const last = buckets.at(-1);
    if (!rising || last?.labels.le !== '+Inf' || last.value !== count.value) throw new Error(`${name} doesn't add up`);
  }
}
