// The real clock: wall time, elapsed time and one-shot timers.
// Timers count elapsed time, not wall time: who waits for a date looks at `now()` again when called.
// They keep the process alive, so that no promise vanishes with a timer; every part cancels its own when it stops.

import type { Cancel, Clock } from './ports.js';

/** setTimeout fires at once for anything longer. */
const LONGEST_MS = 2 ** 31 - 1;

export function systemClock(): Clock {
  return { now: () => Date.now(), elapsed: () => performance.now(), after };
}

function after(delayMs: number, run: () => void): Cancel {
  const dueMs = performance.now() + Math.max(0, delayMs);
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    timer = setTimeout(fire, Math.min(Math.ceil(dueMs - performance.now()), LONGEST_MS));
  };
  // Node's timers may come a millisecond early, and long ones come in stages.
  const fire = (): void => {
    if (performance.now() < dueMs) arm();
    else run();
  };
  arm();
  return () => {
    clearTimeout(timer);
  };
}
