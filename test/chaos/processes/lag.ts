// Loaded into the daemon by NODE_OPTIONS=--import, beside hook.ts: measures how late its event loop is, how much of that is
// its own (the rest is waiting for a processor that others have), and how long its thread worked in between; writes the
// figures to `lag.json` beside its data. A file `lag.reset` there begins anew. Nothing of the program knows about it.
// The same in a process that does nothing is the control: what the machine alone makes late.

import { existsSync, readFileSync } from 'node:fs';
import { rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 5;
const EVERY_MS = 100;

export interface LagFigures {
  readonly maxMs: number;
  /** Without the time in which the thread waited for a processor. */
  readonly ownMaxMs: number;
  /** Of the thread's processor time between two ticks. */
  readonly workedMaxMs: number;
  readonly p99Ms: number;
}

function measure(folder: string): void {
  const file = path.join(folder, 'lag.json');
  let gaps = new Gaps();
  setInterval(() => gaps.tick(), RESOLUTION_MS).unref();
  const reset = path.join(folder, 'lag.reset');
  // Not by this thread: a busy disk would hold up what is measured.
  const tell = async (): Promise<void> => {
    if (existsSync(reset)) {
      gaps = new Gaps();
      await unlink(reset);
    }
    await writeFile(`${file}.next`, JSON.stringify(gaps.figures()));
    await rename(`${file}.next`, file);
  };
  let telling: Promise<void> | null = null;
  setInterval(() => {
    // A folder that is gone ends with its world.
    telling ??= tell()
      .catch(() => undefined)
      .finally(() => (telling = null));
  }, EVERY_MS).unref();
}

/** The time from one tick to the next, less what is between them by right. */
class Gaps {
  readonly #late: number[] = [];
  #ownMaxMs = 0;
  #workedMaxMs = 0;
  #last = { ms: performance.now(), ...threadTimes() };

  tick(): void {
    const now = { ms: performance.now(), ...threadTimes() };
    const late = Math.max(0, now.ms - this.#last.ms - RESOLUTION_MS);
    this.#late.push(late);
    this.#ownMaxMs = Math.max(this.#ownMaxMs, late - (now.waitedMs - this.#last.waitedMs));
    this.#workedMaxMs = Math.max(this.#workedMaxMs, now.workedMs - this.#last.workedMs);
    this.#last = now;
  }

  figures(): LagFigures {
    const sorted = this.#late.toSorted((one, other) => one - other);
    const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
    return { maxMs: sorted.at(-1) ?? 0, ownMaxMs: this.#ownMaxMs, workedMaxMs: this.#workedMaxMs, p99Ms };
  }
}

/** How long this thread ran, and could have run and got no processor, as Linux tells; 0 elsewhere. */
function threadTimes(): { workedMs: number; waitedMs: number } {
  try {
    const [worked, waited] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ');
    return { workedMs: Number(worked) / 1e6, waitedMs: Number(waited) / 1e6 };
  } catch {
    return { workedMs: 0, waitedMs: 0 };
  }
}

const data = process.argv[process.argv.indexOf('--data') + 1];
if (isMainThread && process.argv.includes('--data') && data !== undefined) measure(path.dirname(data));
