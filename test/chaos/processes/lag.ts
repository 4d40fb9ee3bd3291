// Loaded into the daemon by NODE_OPTIONS=--import, beside hook.ts: measures how late its event loop is, and writes the
// figures to `lag.json` beside its data. A file `lag.reset` there begins anew. Nothing of the program knows about it.

import { renameSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 5;
const EVERY_MS = 100;

const data = process.argv[process.argv.indexOf('--data') + 1];
if (isMainThread && process.argv.includes('--data') && data !== undefined) measure(path.dirname(data));

function measure(folder: string): void {
  const file = path.join(folder, 'lag.json');
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  // What is recorded is the time from one tick to the next.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  setInterval(() => {
    if (wasAsked(path.join(folder, 'lag.reset'))) delays.reset();
    const figures = { maxMs: late(delays.max), p99Ms: late(delays.percentile(99)), samples: delays.count };
    writeFileSync(`${file}.next`, JSON.stringify(figures));
    renameSync(`${file}.next`, file);
  }, EVERY_MS).unref();
}

function wasAsked(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}
