// From the figures of a benchmark to what is shown and kept: medians, extremes, and ratios of rounds, because only what ran
// in one round can be compared. Takes messages a second; gives the table and writes `results/<name>.json`.

import { writeFileSync } from 'node:fs';
import os from 'node:os';

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Row {
  readonly what: string;
  readonly window: number;
  readonly perSecond: Spread;
  /** To the first of the same window, round by round; null: it is the first. */
  readonly ratio: Spread | null;
}

/** Of one sender with one window, one figure for each round. */
export interface Series {
  readonly what: string;
  readonly window: number;
  readonly rounds: readonly number[];
}

export function rowsOf(all: readonly Series[]): Row[] {
  return all.map((series) => {
    const base = all.find(({ window }) => window === series.window);
    const isBase = base === undefined || base === series;
    const ratios = series.rounds.map((perSecond, round) => perSecond / (base?.rounds[round] ?? Number.NaN));
    const { what, window } = series;
    return { what, window, perSecond: spreadOf(series.rounds, 1), ratio: isBase ? null : spreadOf(ratios, 0.01) };
  });
}

function spreadOf(figures: readonly number[], step: number): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  const rounded = (figure = Number.NaN): number => Number((Math.round(figure / step) * step).toFixed(2));
  return { median: rounded((low + high) / 2), min: rounded(sorted[0]), max: rounded(sorted.at(-1)) };
}

export function tableOf(rows: readonly Row[]): string {
  const head = ['window', 'sender', 'SMS/s', 'min', 'max', 'ratio', 'min', 'max'];
  const lines = rows.map(({ what, window, perSecond, ratio }) => [
    ...[String(window), what, String(perSecond.median), String(perSecond.min), String(perSecond.max)],
    ...(ratio ? [ratio.median, ratio.min, ratio.max].map((figure) => figure.toFixed(2)) : ['', '', '']),
  ]);
  return [head, ['-', '-', '-', '-', '-', '-', '-', '-'], ...lines].map((line) => `| ${line.join(' | ')} |\n`).join('');
}

/** `facts`: how it was measured. */
export function writeResult(name: string, facts: Readonly<Record<string, unknown>>, rows: readonly Row[]): void {
  const machine = {
    cores: os.availableParallelism(),
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
  };
  const result = { measuredAt: new Date().toISOString().slice(0, 10), machine, ...facts, rows };
  // Seen from the compiled file.
  const file = new URL(`../../results/${name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
