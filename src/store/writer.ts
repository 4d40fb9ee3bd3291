// The one that writes: a connection, its batcher, and what the store was opened with. It lives in the thread that owns
// SQLite, or in the caller's own (tests, single commands).

import type { StoreOptions } from '../store-port.js';
import { Batcher } from './batch.js';
import { WRITES, type WriteName } from './methods.js';
import { openPseudonyms, type Pseudonyms } from './pseudonyms.js';
import { openWriter } from './sqlite.js';

type AnyWrite = (context: object, ...args: readonly unknown[]) => Promise<unknown>;

export class Writer {
  readonly #connection;
  readonly #batcher: Batcher;
  readonly #rotation = new Map<string, number>();
  readonly #pseudonyms: Pseudonyms;
  #options: StoreOptions;

  constructor(file: string, options: StoreOptions) {
    this.#pseudonyms = openPseudonyms(file);
    this.#connection = openWriter(file, this.#pseudonyms.fingerprint);
    this.#batcher = new Batcher(this.#connection);
    this.#options = options;
  }

  /** Resolves after the commit. */
  call(name: WriteName, args: readonly unknown[]): Promise<unknown> {
    const write = WRITES[name] as unknown as AnyWrite;
    return this.#batcher.submit(name, (session) =>
      write({ session, options: this.#options, pseudonyms: this.#pseudonyms, rotation: this.#rotation }, ...args),
    );
  }

  giveBack(how: 'slice' | 'whole'): Promise<boolean> {
    return this.#batcher.alone((connection) => connection.giveBack(how));
  }

  configure(options: StoreOptions): void {
    this.#options = options;
  }

  async stop(): Promise<void> {
    await this.#batcher.idle();
    this.#connection.close();
  }
}
