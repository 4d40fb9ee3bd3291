// The thread of the writer. A daemon starts it before it knows what to open: loading what the thread runs takes as long as
// loading the daemon, and happens beside it. Gives a thread that waits to be told what to open.

import { Worker } from 'node:worker_threads';

/** What lives for one command is small; a larger nursery is only memory that is never given back. */
const YOUNG_GENERATION_MB = 12;

let early: Worker | null = null;

/** For the next one that asks. A process that does not need it after all ends all the same. */
export function startWriterEarly(): void {
  early = start();
  early.unref();
  early.once('error', forget);
}

export function takeWriter(): Worker {
  const worker = early ?? start();
  early = null;
  worker.off('error', forget);
  worker.ref();
  return worker;
}

/** What ended it before anybody asked for it will end the next one, too; that one is asked why. */
function forget(): void {
  early = null;
}

function start(): Worker {
  const file = new URL('./writer-thread.js', import.meta.url);
  return new Worker(file, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } });
}
