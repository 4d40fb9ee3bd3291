// Waiting for what another process does: looks again and again until there is something, at most until the deadline.

import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** The first value that is neither false nor null nor undefined; throws with `what` when none comes in time. */
export async function eventually<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  deadlineMs = 60_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}
