// Notices that somebody has set the wall clock (NTP after a start, a hand): compares it with elapsed time all the while.
// Set back, what waits for another try would wait that much longer: the store moves it. Deferred orders stay where they
// are, since their date is a date. Set forward, what is due by now is looked at at once. Sends nothing itself.

import { faultLevel } from './core/unavailable.js';
import type { Clock, Log } from './ports.js';
import { Recorder } from './recorder.js';
import type { Store } from './store-port.js';

export interface ClockWatchWorld {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Something may be due. */
  readonly onSet: () => void;
}

const LOOK_EVERY_MS = 10_000;
/** Less is how a clock is disciplined, or a timer that came late between the two readings. */
const LEAST_MS = 2000;

/** Gives the function that ends it. */
export function watchClock({ store, clock, log, onSet }: ClockWatchWorld): () => void {
  const recorder = new Recorder(clock);
  const offsetMs = (): number => clock.now() - clock.elapsed();
  let lastMs = offsetMs();
  let cancel = clock.after(LOOK_EVERY_MS, look);

  function look(): void {
    cancel = clock.after(LOOK_EVERY_MS, look);
    const byMs = Math.round(offsetMs() - lastMs);
    if (Math.abs(byMs) < LEAST_MS) return;
    lastMs += byMs;
    log.warn('clock.set', { byMs });
    void follow(byMs);
  }

  async function follow(byMs: number): Promise<void> {
    try {
      if (byMs < 0) await recorder.record(() => store.moveRetries(-byMs, clock.now()));
    } catch (err) {
      log[faultLevel(err)]('clock.fault', { err });
    }
    onSet();
  }

  return () => {
    cancel();
    recorder.stop();
  };
}
