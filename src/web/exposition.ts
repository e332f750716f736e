/** The Prometheus text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

export function toText(families: readonly Family[]): string {
  return families.map(familyText).join('');
}

function familyText({ name, help, type, samples }: Family): string {
  const lines = samples.map(({ labels, value }) => sampleLine(name, labels ?? {}, value));
  return [...headLines(name, help, type), ...lines, ''].join('\n');
}

function headLines(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`];
}

function sampleLine(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${numberText(value)}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

export interface Histogram {
  observe(labels: Labels, value: number): void;
  text(): string;
}

/** @param bounds upper bounds, rising; one without end is added */
export function createHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const series = new Map<string, { labels: Labels; counts: number[]; sum: number }>();
  return {
    observe(labels, value) {
      const key = JSON.stringify(labels);
      const one = series.get(key) ?? { labels, counts: bounds.concat(0).map(() => 0), sum: 0 };
      series.set(key, one);
      const fits = bounds.findIndex((bound) => value <= bound);
      const index = fits < 0 ? bounds.length : fits;
      one.counts[index] = (one.counts[index] ?? 0) + 1;
      one.sum += value;
    },
    text() {
      const lines = [...series.values()].flatMap(({ labels, counts, sum }) => {
        let total = 0;
        const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
          total += counts[index] ?? 0;
          return sampleLine(`${name}_bucket`, { ...labels, le: numberText(bound) }, total);
        });
        return [...buckets, sampleLine(`${name}_sum`, labels, sum), sampleLine(`${name}_count`, labels, total)];
      });
      return [...headLines(name, help, 'histogram'), ...lines, ''].join('\n');
    },
  };
}
