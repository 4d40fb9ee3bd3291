// `--quick`: were we better before? Compares the ratios of a short run with those of the newest result that was committed,
// never times: another machine, or a busy one, changes these and leaves the ratios. Pure.

import { judge, lossOf, type Goal } from './goals.js';
import type { Result } from './result.js';
import { markdown } from './table.js';
import type { Series } from './contest.js';

/** A quarter is more than noise. */
const TOLERATED_LOSS = 0.25;

export interface Comparison {
  readonly table: string;
  /** What was lost. */
  readonly losses: readonly string[];
}

export function compare(goals: readonly Goal[], now: readonly Series[], before: Result): Comparison {
  const rows = goals.map((goal) => {
    const [verdict, reference] = [judge(goal, now), judge(goal, before.series)];
    return { goal, verdict, reference, loss: lossOf(goal, verdict, reference) };
  });
  const written = (figure: number | undefined): string => figure?.toFixed(2) ?? 'not measured';
  const lines = rows.map(({ goal, verdict, reference, loss }) => {
    const told = loss === null ? '' : `${(-loss * 100).toFixed(0)} %`;
    const [figure, old] = [written(verdict.spread?.median), written(reference.spread?.median)];
    return [goal.what, goal.base ?? 'by itself', figure, old, told];
  });
  const lost = rows.filter(({ loss }) => loss !== null && loss > TOLERATED_LOSS);
  return {
    table: markdown([['what', 'beside', 'now', before.measuredAt, 'change'], ...lines]),
    losses: lost.map(({ goal }) => `${goal.what} (beside ${goal.base ?? 'itself'})`),
  };
}
