// Loaded into the daemon (`node --import`): measures how long its event loop stood still. On SIGUSR2 it writes the longest
// gap since the last time, in milliseconds, into the file that the environment names, and begins anew.

import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 1;

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  process.on('SIGUSR2', () => {
    // The timer itself is not late by its own period.
    writeFileSync(process.env['BENCH_GAP_FILE'] ?? '', String(Math.max(0, delays.max / 1e6 - RESOLUTION_MS)));
    delays.reset();
  });
}
