// The figures of a contest as a table of Markdown: one line a peer, the median and the extremes of each figure, and its
// ratios. Pure.

import type { Contest, Metric, Series } from './contest.js';
import { ratiosOf, spreadOf, type Spread } from './statistics.js';

interface Column {
  readonly metric: Metric;
  readonly head: string;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { metric: 'perSecond', head: 'per second', digits: 0 },
  { metric: 'latencyMs', head: 'latency ms', digits: 2 },
  { metric: 'cpuMicros', head: 'CPU µs each', digits: 0 },
  { metric: 'p50Ms', head: 'p50 ms', digits: 2 },
  { metric: 'p99Ms', head: 'p99 ms', digits: 2 },
  { metric: 'peakMegabytes', head: 'peak MB above idle', digits: 1 },
  { metric: 'gapMs', head: 'longest gap ms', digits: 1 },
  { metric: 'loadCpuMicros', head: 'load CPU µs each', digits: 0 },
];

/** `bases`: peers whose ratio has a column, where they took part. */
export function tableOf(contest: Contest, all: readonly Series[], bases: readonly string[]): string {
  const series = all.filter((one) => one.contest === contest.name);
  const find = (peer: string, metric: Metric): Series | undefined =>
    series.find((one) => one.peer === peer && one.metric === metric);
  const columns = COLUMNS.filter(({ metric }) => series.some((one) => one.metric === metric));
  const [main] = columns;
  if (!main) return '';
  const compared = [...new Set([...contest.peers.slice(0, 1), ...bases])].filter((base) => find(base, main.metric));
  const lines = contest.peers
    .filter((peer) => find(peer, main.metric))
    .map((peer) => [
      peer,
      ...columns.map(({ metric, digits }) => show(spreadOf(figuresOf(find(peer, metric))), digits)),
      ...compared.map((base) => {
        const ratios = ratiosOf(find(peer, main.metric)?.rounds ?? [], find(base, main.metric)?.rounds ?? []);
        return base === peer ? '1' : show(spreadOf(ratios), 2);
      }),
    ]);
  const head = ['peer', ...columns.map((column) => column.head), ...compared.map((base) => `× ${base}`)];
  return markdown([head, head.map(() => '---'), ...lines]);
}

function figuresOf(series: Series | undefined): number[] {
  return series?.rounds.filter((figure) => figure !== null) ?? [];
}

function show(spread: Spread | null, digits: number): string {
  if (!spread) return '';
  const [median, min, max] = [spread.median, spread.min, spread.max].map((figure) => written(figure, digits));
  return min === max ? `${median}` : `${median} (${min} – ${max})`;
}

function written(figure: number, digits: number): string {
  return figure.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function markdown(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `| ${line.join(' | ')} |\n`).join('');
}
