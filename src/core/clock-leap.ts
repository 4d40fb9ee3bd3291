// Whether the wall clock may be believed where it decides what is forgotten for ever: a clock that is years ahead would
// make everything old at once. It is not believed while it is far ahead of when it was last believed, until it has gone on
// like that for some days (a gateway that was switched off for long, a backup that was restored). Pure.

const DAY_MS = 86_400_000;
/** Between two looks of a gateway that runs lies an hour. */
const LEAP_MS = 7 * DAY_MS;
/** Time for somebody to read the log and set the clock. */
const HELD_MS = 3 * DAY_MS;

export interface ClockMarks {
  /** Null: there is nothing to compare with. */
  readonly believedMs: number | null;
  /** The first look at a clock that was far ahead; null: the last one was believed. */
  readonly leaptMs: number | null;
}

export type ClockVerdict =
  | { readonly believed: true }
  /** The clock was right at `sinceMs`, and is believed again at `untilMs`. */
  | { readonly believed: false; readonly sinceMs: number; readonly untilMs: number };

export interface ClockLook {
  readonly verdict: ClockVerdict;
  readonly marks: ClockMarks;
}

export function lookAtClock(nowMs: number, { believedMs, leaptMs }: ClockMarks): ClockLook {
  if (believedMs === null || nowMs - believedMs <= LEAP_MS) return believe(nowMs);
  const isSameLeap = leaptMs !== null && nowMs >= leaptMs && nowMs - leaptMs <= LEAP_MS;
  const sinceLeapMs = isSameLeap ? leaptMs : nowMs;
  if (nowMs - sinceLeapMs >= HELD_MS) return believe(nowMs);
  return {
    verdict: { believed: false, sinceMs: believedMs, untilMs: sinceLeapMs + HELD_MS },
    marks: { believedMs, leaptMs: sinceLeapMs },
  };
}

export function believe(nowMs: number): ClockLook {
  return { verdict: { believed: true }, marks: { believedMs: nowMs, leaptMs: null } };
}
