// Takes mails out of the spool: at the start, when a file appears, and every half minute, since not every file system tells.
// Gives each to `deliver`; a mail that was taken is removed, one that was refused is moved to `refused` and its reason
// logged, one that cannot be taken now stays. Between the commit and the removal a crash may come: the mail is then
// delivered again, and known by its Message-ID.
// Every user of the machine writes here, so nothing in a name or a file is believed: spool-file.ts.

import { watch, type FSWatcher } from 'node:fs';
import { lstat, readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';

import type { Cancel, Clock, Log } from '../ports.js';
import { REFUSED_NAME } from './folder.js';
import { codeOf, isDraftName, isSpoolName, readSpool, type SpooledMail } from './spool-file.js';

export type Taken =
  | { readonly kind: 'done' }
  | { readonly kind: 'later'; readonly reason: string }
  /** `reason`: its name in the table of refusals. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface PickupWorld {
  readonly spool: string;
  readonly maxBytes: () => number;
  readonly deliver: (mail: SpooledMail, name: string) => Promise<Taken>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Pickup {
  /** After the mail that is under way. */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 30_000;
/** What a caller that was killed has left behind. */
const DRAFT_KEPT_MS = 24 * 3_600_000;

export function startPickup(world: PickupWorld): Pickup {
  const rounds = new Rounds(world);
  const watcher = watchFolder(world, () => rounds.wake());
  rounds.wake();
  return {
    async stop() {
      watcher?.close();
      await rounds.stop();
    },
  };
}

/** Null: this system cannot; the clock does it alone. */
function watchFolder({ spool, log }: PickupWorld, wake: () => void): FSWatcher | null {
  try {
    const watcher = watch(spool, { persistent: false }, wake);
    watcher.on('error', (fault) => log.warn('spool.unwatched', { code: codeOf(fault) }));
    return watcher;
  } catch (fault) {
    log.warn('spool.unwatched', { code: codeOf(fault) });
    return null;
  }
}

class Rounds {
  readonly #world: PickupWorld;
  /** Told once: what cannot be read or moved stays, and would be told for ever. */
  readonly #stuck = new Set<string>();
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #cancel: Cancel = () => undefined;

  constructor(world: PickupWorld) {
    this.#world = world;
  }

  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (!this.#stopped) this.#cancel = this.#world.clock.after(LOOK_EVERY_MS, () => this.wake());
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#cancel();
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#round();
      } catch (fault) {
        this.#world.log.error('spool.fault', { code: codeOf(fault) });
      }
    }
  }

  async #round(): Promise<void> {
    const { spool } = this.#world;
    const names = await readdir(spool);
    // By the time at which they were written.
    for (const name of names.filter(isSpoolName).sort()) {
      if (this.#stopped) return;
      if (!this.#stuck.has(name)) await this.#must(name, this.#take(name));
    }
    for (const name of names.filter(isDraftName)) await this.#dropDraft(path.join(spool, name));
  }

  async #take(name: string): Promise<void> {
    const { spool, maxBytes, deliver, log } = this.#world;
    const file = path.join(spool, name);
    const reading = await readSpool(file, maxBytes());
    if (reading.kind === 'gone') return;
    if (reading.kind === 'unfit') {
      log.warn('spool.unfit', { name, why: reading.why });
      await this.#putAside(name);
      return;
    }
    const { uid } = reading.mail;
    const taken = await deliver(reading.mail, name);
    if (taken.kind === 'later') {
      log.info('spool.waits', { name, uid, reason: taken.reason });
      return;
    }
    log.info(taken.kind === 'done' ? 'spool.taken' : 'spool.refused', {
      ...{ name, uid, ...(taken.kind === 'refused' && { reason: taken.reason }) },
    });
    if (taken.kind === 'refused') await this.#putAside(name);
    else await this.#must(name, unlink(file));
  }

  #putAside(name: string): Promise<void> {
    const { spool } = this.#world;
    return this.#must(name, rename(path.join(spool, name), path.join(spool, REFUSED_NAME, name)));
  }

  async #must(name: string, removal: Promise<void>): Promise<void> {
    try {
      await removal;
    } catch (fault) {
      if (codeOf(fault) === 'ENOENT') return;
      this.#stuck.add(name);
      this.#world.log.error('spool.stuck', { name, code: codeOf(fault) });
    }
  }

  async #dropDraft(file: string): Promise<void> {
    const { clock } = this.#world;
    try {
      const { mtimeMs } = await lstat(file);
      if (clock.now() - mtimeMs > DRAFT_KEPT_MS) await unlink(file);
    } catch {
      // Renamed by its writer, or no file at all: neither is ours to mend.
    }
  }
}
