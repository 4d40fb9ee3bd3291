// What is to be reached, as a table: a figure of ours beside the same figure of a peer in the same contest, or by itself.
// Pure: judges the medians of a result. A goal without figures is open, never reached.

import type { Metric, Series } from './contest.js';
import * as is from './names.js';
import { ratiosOf, spreadOf, type Spread } from './statistics.js';

export interface Goal {
  readonly what: string;
  readonly contest: string;
  readonly metric: Metric;
  readonly peer: string;
  /** Null: the figure itself counts. */
  readonly base: string | null;
  readonly limit: { readonly atLeast: number } | { readonly atMost: number };
  /** What would be splendid. */
  readonly stretch?: number;
  /** Looked at by `--quick` too. */
  readonly quick: boolean;
}

type Row = readonly [
  what: string,
  contest: string,
  metric: Metric,
  base: string | null,
  atLeast: number,
  peer?: string,
];

const higher = ([what, contest, metric, base, atLeast, peer = is.PETITBLEU]: Row, quick = false): Goal => ({
  ...{ what, contest, metric, peer, base, limit: { atLeast }, quick },
});
const lower = ([what, contest, metric, base, atMost, peer = is.PETITBLEU]: Row, quick = false): Goal => ({
  ...{ what, contest, metric, peer, base, limit: { atMost }, quick },
});

export const GOALS: readonly Goal[] = [
  { ...higher(['mails of 1 KB, 50 sessions', 'accept-50', 'perSecond', is.BARE, 0.75], true), stretch: 1.3 },
  higher(['mails of 1 KB, 10 sessions', 'accept-10', 'perSecond', is.BARE, 0.55]),
  higher(['mails of 1 KB, 200 sessions', 'accept-200', 'perSecond', is.BARE, 0.8]),
  higher(['multipart of 8.5 KB, 50 sessions', 'accept-alternative', 'perSecond', is.BARE, 0.45], true),
  higher(['one mail a connection, 50 at a time', 'accept-connect', 'perSecond', is.BARE_AT_ONCE, 0.7], true),
  higher(['mails of 1 KB, 50 sessions', 'accept-50', 'perSecond', is.POSTFIX_QUEUE, 2], true),
  higher(['mails of 1 KB, 50 sessions', 'accept-50', 'perSecond', is.HARAKA, 3]),
  lower(['slowest in a hundred, data → 250, 50 sessions', 'accept-50', 'p99Ms', is.POSTFIX_QUEUE, 0.6]),
  lower(['median, data → 250, one session', 'accept-1', 'p50Ms', is.POSTFIX_QUEUE, 0.8], true),
  lower(['CPU of a mail, 50 sessions', 'accept-50', 'cpuMicros', is.BARE, 2], true),
  lower(['CPU of a mail, 50 sessions', 'accept-50', 'cpuMicros', is.POSTFIX_QUEUE, 0.25]),
  higher(['5 ms a fsync, 50 sessions', 'slow-disk-50', 'perSecond', is.SLOW_POSTFIX, 1.2, is.SLOW_PETITBLEU], true),
  higher(['mail → rows in SQLite', 'hand-rolled', 'perSecond', is.PERL, 40]),
  higher(['SMS a second, mail → SMSC', 'end-to-end', 'perSecond', is.KANNEL, 1.5, is.SENDING], true),
  higher(['queued SMS over SMPP, window 100', 'smpp-100', 'perSecond', is.NPM_CLIENT, 0.6, is.QUEUE], true),
  lower(['25 MB attached: MB above idle', 'attachment', 'peakMegabytes', null, 45], true),
  lower(['25 MB attached: longest gap of the event loop, ms', 'attachment', 'gapMs', null, 50]),
];

export interface Verdict {
  readonly goal: Goal;
  /** The ratio, or the figure itself. */
  readonly spread: Spread | null;
  /** Null: there are no figures. */
  readonly reached: boolean | null;
}

export function judge(goal: Goal, series: readonly Series[]): Verdict {
  const rounds = (peer: string): readonly (number | null)[] =>
    series.find((one) => one.contest === goal.contest && one.peer === peer && one.metric === goal.metric)?.rounds ?? [];
  const ours = rounds(goal.peer);
  const figures = goal.base === null ? ours.filter((figure) => figure !== null) : ratiosOf(ours, rounds(goal.base));
  const spread = spreadOf(figures);
  return { goal, spread, reached: spread && isWithin(goal, spread.median) };
}

function isWithin({ limit }: Goal, figure: number): boolean {
  return 'atLeast' in limit ? figure >= limit.atLeast : figure <= limit.atMost;
}

/** How much worse than before: 0.25 is a loss of a quarter; below 0 it is better. Null: one of them has no figures. */
export function lossOf(goal: Goal, now: Verdict, before: Verdict): number | null {
  if (!now.spread || !before.spread) return null;
  const change = now.spread.median / before.spread.median;
  return 'atLeast' in goal.limit ? 1 - change : 1 - 1 / change;
}
