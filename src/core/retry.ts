// When to try again after "later": doubling delays up to a ceiling. The jitter is given, so that the core stays pure.

const FIRST_SUBMIT_MS = 15_000;
const LAST_SUBMIT_MS = 15 * 60_000;
const FIRST_MAIL_MS = 60_000;
const LAST_MAIL_MS = 4 * 3_600_000;
const MAIL_LIFE_MS = 3 * 86_400_000;

/** `jitter` from 0 to 1 spreads the tries over the second half of the delay. */
function backOff(first: number, last: number, attempts: number, jitter: number): number {
  const delay = Math.min(last, first * 2 ** Math.min(attempts, 30));
  return Math.round(delay / 2 + (delay / 2) * jitter);
}

/** Delay before the next submission of a message, ms. `attempts` counts those that failed before this one. */
export function submitDelayMs(attempts: number, jitter: number): number {
  return backOff(FIRST_SUBMIT_MS, LAST_SUBMIT_MS, attempts, jitter);
}

/** Delay before the next try of an outcome mail, ms, or null: it has been tried for long enough. */
export function mailDelayMs(attempts: number, ageMs: number, jitter: number): number | null {
  return ageMs >= MAIL_LIFE_MS ? null : backOff(FIRST_MAIL_MS, LAST_MAIL_MS, attempts, jitter);
}
