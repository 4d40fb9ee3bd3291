// The figures of a contest as a table of Markdown: one line a peer, the median and the extremes of each figure, and the
// ratios to the peers that it is compared with; and the table of goals. Pure.

import type { Metric, Series } from './contest.js';
import type { Verdict } from './goals.js';
import type { PlayedContest } from './result.js';
import { ratiosOf, spreadOf, type Spread } from './statistics.js';

interface Column {
  readonly metric: Metric;
  readonly head: string;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { metric: 'perSecond', head: 'per second', digits: 0 },
  { metric: 'latencyMs', head: 'median ms', digits: 2 },
  { metric: 'cpuMicros', head: 'CPU µs each', digits: 0 },
  { metric: 'p50Ms', head: 'p50 ms', digits: 2 },
  { metric: 'p99Ms', head: 'p99 ms', digits: 2 },
  { metric: 'peakMegabytes', head: 'peak MB above idle', digits: 1 },
  { metric: 'gapMs', head: 'longest gap ms', digits: 1 },
  { metric: 'loadCpuMicros', head: 'CPU µs of the load', digits: 0 },
];

/** `bases`: peers whose ratio has a column, where they took part; so has the first peer. */
export function tableOf(contest: PlayedContest, all: readonly Series[], bases: readonly string[]): string {
  const series = all.filter((one) => one.contest === contest.name);
  const find = (peer: string, metric: Metric): Series | undefined =>
    series.find((one) => one.peer === peer && one.metric === metric);
  const columns = COLUMNS.filter(({ metric }) => series.some((one) => one.metric === metric));
  const [main] = columns;
  if (!main) return 'No figures.\n';
  const played = contest.peers.filter((peer) => find(peer, main.metric));
  const compared = played.length < 2 ? [] : played.filter((peer, index) => index === 0 || bases.includes(peer));
  const rounds = (peer: string): Series['rounds'] => find(peer, main.metric)?.rounds ?? [];
  const lines = played.map((peer) => [
    peer,
    ...columns.map(({ metric, digits }) => show(spreadOf(figuresOf(find(peer, metric))), digits)),
    ...compared.map((base) => (base === peer ? '1' : show(spreadOf(ratiosOf(rounds(peer), rounds(base))), 2))),
  ]);
  return markdown([['peer', ...columns.map(({ head }) => head), ...compared.map((base) => `× ${base}`)], ...lines]);
}

const SAID = new Map([
  [true, 'reached'],
  [false, '**not reached**'],
  [null, 'not measured'],
]);

export function goalTable(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ goal, spread, reached }) => {
    const { what, base, limit, stretch } = goal;
    const wanted = 'atLeast' in limit ? `≥ ${limit.atLeast}` : `≤ ${limit.atMost}`;
    const splendid = stretch === undefined ? '' : ` (stretch ${stretch})`;
    const compared = base === null ? 'by itself' : `× ${base}`;
    return [what, compared, wanted + splendid, show(spread, 2), SAID.get(reached) ?? ''];
  });
  return markdown([['what', 'beside', 'goal', 'measured', ''], ...lines]);
}

function figuresOf(series: Series | undefined): number[] {
  return series?.rounds.filter((figure) => figure !== null) ?? [];
}

function show(spread: Spread | null, digits: number): string {
  if (!spread) return '';
  const written = (figure: number): string =>
    figure.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [median, min, max] = [written(spread.median), written(spread.min), written(spread.max)];
  return min === max ? median : `${median} (${min} – ${max})`;
}

/** The first line is the head. */
export function markdown(lines: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = lines;
  return [head, head.map(() => '---'), ...rest].map((line) => `| ${line.join(' | ')} |\n`).join('');
}
