// Looks of people at the whole store, each in a thread of its own: a list out of a million messages takes a second, in
// which the daemon must answer its clients. Never for what a mail or a carrier waits for: a thread takes longer to start.

import { Worker } from 'node:worker_threads';

import { turnstile } from '../core/turnstile.js';
import type { StoreOptions } from '../store-port.js';
import type { READS } from './methods.js';

export const LOOKS = [
  'listAccounts',
  'shareUsage',
  'replies',
  'messages',
  'queue',
  'prunable',
  'damage',
] as const satisfies readonly (keyof typeof READS)[];

/** It is gone in a moment: what it does not give back meanwhile would be the largest piece of the daemon's memory. */
const LIMITS = { maxYoungGenerationSizeMb: 12 };

export interface LookData {
  readonly file: string;
  readonly options: StoreOptions;
  readonly name: (typeof LOOKS)[number];
  readonly args: readonly unknown[];
}

/** A thread holds some 25 MB: however many people look, the others wait for their turn. */
const AT_ONCE = 2;

export class Looks {
  readonly #underWay = new Map<Worker, Promise<unknown>>();
  readonly #inTurn = turnstile(AT_ONCE);
  #stopped = false;

  /** Rejects with the fault of the thread. */
  take(data: LookData): Promise<unknown> {
    return this.#inTurn(() => this.#look(data));
  }

  async #look(data: LookData): Promise<unknown> {
    if (this.#stopped) throw new Error(`the store has stopped; nobody looks for ${data.name}`);
    const worker = new Worker(new URL('./look-thread.js', import.meta.url), {
      workerData: data,
      resourceLimits: LIMITS,
    });
    const look = new Promise<unknown>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error(`the thread that looked for ${data.name} has ended`)));
    }).finally(() => this.#underWay.delete(worker));
    this.#underWay.set(worker, look);
    return look;
  }

  /** Nobody waits for what is still looked for: it is given up. Resolves when nobody looks any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const looks = [...this.#underWay.values()];
    for (const worker of this.#underWay.keys()) void worker.terminate();
    await Promise.allSettled(looks);
  }
}
