/** Figures as they come out of several runs: the median, and how far the runs lie apart. */

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export interface DatedFigure extends Figure {
  /** Of the run, such as 2026-11-23. */
  readonly date: string;
}

export interface Figures {
  /** One run's value; NaN (not measurable here) is left out. */
  add(name: string, unit: string, value: number): void;
  all(): Figure[];
  median(name: string): number;
}

export function createFigures(): Figures {
  const samples = new Map<string, { unit: string; values: number[] }>();
  const toFigure = (name: string, unit: string, values: readonly number[]): Figure => ({
    name,
    unit,
    median: rounded(percentile(values, 0.5)),
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
    runs: values.length,
  });
  return {
    add(name, unit, value) {
      if (Number.isNaN(value)) return;
      const known = samples.get(name) ?? { unit, values: [] };
      known.values.push(value);
      samples.set(name, known);
    },
    all: () => [...samples].map(([name, { unit, values }]) => toFigure(name, unit, values)),
    median: (name) => percentile(samples.get(name)?.values ?? [], 0.5),
  };
}

/** Two decimals below ten, one below a hundred: more would pretend. */
function rounded(value: number): number {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return Number(value.toFixed(digits));
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

export function toTable(figures: readonly DatedFigure[]): string {
  const rows = figures.map(({ name, unit, median, min, max, runs, date }) => {
    const spread = runs > 1 ? `${min} – ${max}` : '';
    return `| ${name} | ${median} ${unit} | ${spread} | ${date} |`;
  });
  return ['| Figure | Median | Spread | Taken |', '| --- | ---: | ---: | --- |', ...rows].join('\n');
}
