// How often secrets were got wrong, as a level that each failure raises and time lowers, and what follows from it: nothing
// at first, then answers that come later and later, then refusals without a look at the secret until half is forgotten.
// Pure: takes a tally, a rule and an instant; knows no address. What is refused is not counted, or a mail server that
// tries again by itself would never be let in again.

export interface GuardRule {
  /** Failures that cost nothing: people mistype. */
  readonly free: number;
  /** From this level on everything is refused… */
  readonly refuseAt: number;
  /** …until the level has fallen to this. */
  readonly resumeAt: number;
  /** One failure is forgotten in this time. */
  readonly forgetMs: number;
}

export interface Tally {
  readonly level: number;
  readonly atMs: number;
  readonly refused: boolean;
}

export const NO_FAILURES: Tally = { level: 0, atMs: 0, refused: false };

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;

/** What time has left of it. A clock that goes back forgets nothing and adds nothing. */
export function tallyAt(tally: Tally, rule: GuardRule, nowMs: number): Tally {
  const elapsedMs = Math.max(0, nowMs - tally.atMs);
  const level = Math.max(0, tally.level - elapsedMs / rule.forgetMs);
  return { level, atMs: nowMs, refused: tally.refused && level > rule.resumeAt };
}

export function withFailures(tally: Tally, rule: GuardRule, failures: number, nowMs: number): Tally {
  const now = tallyAt(tally, rule, nowMs);
  const level = now.level + failures;
  return { level, atMs: nowMs, refused: now.refused || level >= rule.refuseAt };
}

/** How long the answer to a failure is held back: doubles with each one beyond the free ones. */
export function delayMs({ level }: Tally, rule: GuardRule): number {
  const beyond = Math.floor(level) - rule.free;
  return beyond < 1 ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (beyond - 1));
}
