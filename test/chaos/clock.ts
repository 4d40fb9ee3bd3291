// The clock of the daemon, which runs ahead of ours or behind it. Without libfaketime it can be moved between two starts
// only, by the hook; with it (a preloaded library that reads a file each time), also while the daemon runs, in every
// thread and for everything that asks the system. Elapsed time is always ours: timers run as they do.
// Source: libfaketime's README, "Using the file".

import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Shift {
  /** By our clock. */
  readonly sinceMs: number;
  readonly byMs: number;
}

export interface ClockWish {
  /** Where libfaketime reads how far the clock is ahead; null: the hook moves it. */
  readonly file: string | null;
  /** ISO 8601; by our clock, unless told. */
  readonly startsAt?: string;
}

/** What was read before a move may be acted upon a little later. */
const MOVE_TAKES_MS = 5000;
const LIBRARY = 'faketime/libfaketimeMT.so.1';

/** Null: Debian's libfaketime is not here. */
export function fakeTimeLibrary(): string | null {
  const found = readdirSync('/usr/lib').map((name) => path.join('/usr/lib', name, LIBRARY));
  return found.find((file) => existsSync(file)) ?? null;
}

export class DaemonClock {
  readonly #file: string | null;
  readonly #shifts: Shift[] = [];

  constructor({ file, startsAt }: ClockWish) {
    this.#file = file;
    this.#setShift(startsAt === undefined ? 0 : Date.parse(startsAt) - Date.now());
  }

  /** How far it is ahead of ours. */
  get shiftMs(): number {
    return this.#shifts.at(-1)?.byMs ?? 0;
  }

  nowMs(): number {
    return Date.now() + this.shiftMs;
  }

  /** By the hook: from the next start on. */
  move(byMs: number): void {
    this.#setShift(this.shiftMs + byMs);
  }

  /** The latest that it may have shown to whoever acted at `ourMs`. */
  latestAt(ourMs: number): number {
    const inForce = this.#shifts.filter(({ sinceMs }, at) => {
      const untilMs = this.#shifts[at + 1]?.sinceMs ?? Infinity;
      return sinceMs <= ourMs && untilMs > ourMs - MOVE_TAKES_MS;
    });
    return ourMs + Math.max(...inForce.map(({ byMs }) => byMs));
  }

  /** For the daemon. */
  get environment(): Readonly<Record<string, string>> {
    if (this.#file === null) return {};
    return {
      ...{ LD_PRELOAD: fakeTimeLibrary() ?? '', FAKETIME_TIMESTAMP_FILE: this.#file, FAKETIME_NO_CACHE: '1' },
      ...{ DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' },
    };
  }

  /** The library shares memory with the children of its process, which nobody frees when that is killed. */
  tidyUp(pid: number): void {
    if (this.#file === null) return;
    for (const name of ['faketime_shm_', 'sem.faketime_sem_']) rmSync(`/dev/shm/${name}${pid}`, { force: true });
  }

  /** What the hook has to add. */
  get hookShiftMs(): number {
    return this.#file === null ? this.shiftMs : 0;
  }

  #setShift(byMs: number): void {
    // Before: the daemon may act upon it at once.
    this.#shifts.push({ sinceMs: Date.now(), byMs });
    const seconds = byMs / 1000;
    if (this.#file !== null) {
      // Whole: half a number is another one.
      writeFileSync(`${this.#file}.next`, `${seconds < 0 ? '' : '+'}${seconds.toFixed(3)}\n`);
      renameSync(`${this.#file}.next`, this.#file);
    }
  }
}
