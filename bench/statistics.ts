// What is said of figures that were measured several times. Pure: takes numbers, gives medians, extremes, percentiles and
// ratios. Ratios are made round by round, because only what ran in one round can be compared.

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Null: nothing was measured. */
export function spreadOf(figures: readonly number[]): Spread | null {
  const sorted = figures.filter(Number.isFinite).sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || min === undefined || max === undefined) return null;
  return { median: (low + high) / 2, min, max };
}

/** Nearest rank; `sorted` ascending, `share` from 0 to 1. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Of the rounds in which both were measured; null marks a round without a figure. */
export function ratiosOf(ours: readonly (number | null)[], theirs: readonly (number | null)[]): number[] {
  return ours.flatMap((figure, round) => {
    const base = theirs[round] ?? null;
    return figure === null || base === null || base === 0 ? [] : [figure / base];
  });
}
