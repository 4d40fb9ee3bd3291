// Looks of people at the whole store, in threads of their own: a list out of a million messages takes a second, in which
// the daemon must answer its clients. A thread is kept for a moment, as a list comes in pages. Never for what a mail or a
// carrier waits for: a thread takes longer to start.

import { Worker } from 'node:worker_threads';

import { turnstile } from '../core/turnstile.js';
import type { StoreOptions } from '../store-port.js';
import type { READS } from './methods.js';

export const LOOKS = [
  'shareUsage',
  'replies',
  'messages',
  'queue',
  'prunable',
  'damage',
] as const satisfies readonly (keyof typeof READS)[];

/** It is gone in a moment: what it does not give back meanwhile would be the largest piece of the daemon's memory. */
const LIMITS = { maxYoungGenerationSizeMb: 12 };
/** For the next page. */
const KEPT_MS = 500;

export interface Look {
  readonly options: StoreOptions;
  readonly name: (typeof LOOKS)[number];
  readonly args: readonly unknown[];
}

export class Looks {
  readonly #file: string;
  readonly #threads = new Set<Worker>();
  readonly #idle = new Map<Worker, NodeJS.Timeout>();
  /** A thread holds some 35 MB: people look one after the other. They need not wait till the whole file is read. */
  readonly #turns = { people: turnstile(1), daemon: turnstile(1) };
  #stopped = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Rejects with the fault of the thread. */
  take(look: Look): Promise<unknown> {
    return this.#turns[look.name === 'damage' ? 'daemon' : 'people'](async () => {
      if (this.#stopped) throw new Error(`the store has stopped; nobody looks for ${look.name}`);
      const thread = this.#thread();
      const found = await answerOf(thread, look);
      this.#keep(thread);
      return found;
    });
  }

  /** Nobody waits for what is still looked for: it is given up. Resolves when nobody looks any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  #thread(): Worker {
    const [kept] = this.#idle.keys();
    if (kept) {
      clearTimeout(this.#idle.get(kept));
      this.#idle.delete(kept);
      return kept;
    }
    const thread = new Worker(new URL('./look-thread.js', import.meta.url), {
      workerData: this.#file,
      resourceLimits: LIMITS,
    });
    this.#threads.add(thread);
    // Whoever waits for an answer hears of it; nobody else has to.
    thread.on('error', () => undefined);
    thread.once('exit', () => {
      this.#threads.delete(thread);
      clearTimeout(this.#idle.get(thread));
      this.#idle.delete(thread);
    });
    return thread;
  }

  #keep(thread: Worker): void {
    const end = setTimeout(() => {
      // It ends a moment later: nobody may be given it till then.
      this.#idle.delete(thread);
      void thread.terminate();
    }, KEPT_MS);
    this.#idle.set(thread, end);
  }
}

function answerOf(thread: Worker, look: Look): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    const over = (): void => {
      thread.off('message', found).off('error', failed).off('exit', gone);
    };
    const found = (answer: unknown): void => {
      over();
      resolve(answer);
    };
    const failed = (fault: Error): void => {
      over();
      reject(fault);
    };
    const gone = (): void => {
      over();
      reject(new Error(`the thread that looked for ${look.name} has ended`));
    };
    thread.on('message', found).on('error', failed).on('exit', gone);
    thread.postMessage(look);
  });
}
