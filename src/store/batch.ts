// Group commit with natural batching: the next transaction starts when the last has ended and takes every command that
// waits by then, each in its own savepoint. There is no timer: alone, a command is committed at once; in a crowd, many
// share one fsync. A command that fails is undone alone, the others stand.

import { channel } from 'node:diagnostics_channel';

import type { Connection } from './sqlite.js';
import type { Session } from './query.js';

export type Command<T> = (session: Session) => Promise<T>;

interface Waiting {
  readonly name: string;
  readonly command: Command<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: unknown) => void;
}

type Done = { readonly value: unknown } | { readonly fault: unknown };

/** Tracing points (docs/tracing.md): every command of the batch has run, nothing of it is on the disk; all of it is. */
const committing = channel('petitbleu.store.committing');
const committed = channel('petitbleu.store.committed');

/** So that one commit never holds too much back. */
const MAX_BATCH = 1000;

export class Batcher {
  readonly #connection: Connection;
  #waiting: Waiting[] = [];
  /** What cannot be done within a transaction, between two of them. */
  #between: (() => void)[] = [];
  #running: Promise<void> | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Resolves after the commit that holds the command. The name is for tracing. */
  submit<T>(name: string, command: Command<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ name, command, resolve: resolve as (value: unknown) => void, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves with what `task` gives, which runs while no transaction is open. */
  alone<T>(task: (connection: Connection) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#between.push(() => {
        try {
          resolve(task(this.#connection));
        } catch (fault) {
          reject(fault instanceof Error ? fault : new Error(String(fault)));
        }
      });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length + this.#between.length > 0) {
      // One turn of the event loop lets everything that has arrived meanwhile join.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, MAX_BATCH));
      this.#between.splice(0).forEach((run) => run());
    }
    this.#running = null;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      // A rollback that failed is made up for.
      if (this.#connection.inTransaction) this.#connection.rollback();
      this.#connection.begin();
      const results: Done[] = [];
      for (const { command } of batch) results.push(await this.#runInSavepoint(command));
      publish(committing, batch);
      this.#connection.commit();
      publish(committed, batch);
      results.forEach((done, index) => settle(batch[index], done));
    } catch (fault) {
      this.#rollBack();
      batch.forEach((waiting) => waiting.reject(fault));
    }
  }

  /** Never throws: those who wait must hear of the fault that came first. */
  #rollBack(): void {
    try {
      if (this.#connection.inTransaction) this.#connection.rollback();
    } catch {
      // Tried again before the next transaction.
    }
  }

  /** Throws only when the whole transaction is gone: SQLite ends it itself on a full disk or an I/O error. */
  async #runInSavepoint(command: Command<unknown>): Promise<Done> {
    this.#connection.savepoint();
    try {
      const value = await command(this.#connection);
      this.#connection.release();
      return { value };
    } catch (fault) {
      if (!this.#connection.inTransaction) throw fault;
      this.#connection.rollbackToSavepoint();
      return { fault };
    }
  }
}

function publish(point: typeof committing, batch: readonly Waiting[]): void {
  if (point.hasSubscribers) point.publish({ commands: batch.map(({ name }) => name) });
}

function settle(waiting: Waiting | undefined, done: Done): void {
  if ('fault' in done) waiting?.reject(done.fault);
  else waiting?.resolve(done.value);
}
