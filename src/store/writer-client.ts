// The caller's side of the writing thread: numbers each call, and gives each answer to the call that waits for it.
// A thread that dies fails every call under way and is told to the owner: without it nothing can be accepted.

import { Unavailable, unavailableOf } from '../core/unavailable.js';
import type { StoreOptions } from '../store-port.js';
import type { WriteName } from './methods.js';
import type { Fault, FromWriter, ToWriter, WriterData } from './writer-protocol.js';
import { together } from './together.js';
import { takeWriter } from './writer-worker.js';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: unknown) => void;
}

export class WriterClient {
  readonly #send: (message: ToWriter) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #ready: Promise<void>;
  #nextId = 1;
  #stopped: (() => void) | null = null;

  constructor(data: WriterData, onDeath: (fault: Error) => void) {
    const worker = takeWriter();
    // What one turn of the event loop brings shares a commit at best.
    this.#send = together((messages: readonly ToWriter[]) => worker.postMessage(messages), setImmediate);
    this.#send({ kind: 'open', ...data });
    this.#ready = new Promise((resolve, reject) => {
      const die = (fault: Error) => {
        reject(fault);
        this.#pending.forEach((pending) => pending.reject(fault));
        this.#pending.clear();
        if (!this.#stopped) onDeath(fault);
      };
      worker.on('error', die);
      worker.on('exit', () => die(new Error('the writing thread has ended')));
      worker.on('message', (messages: readonly FromWriter[]) => {
        for (const message of messages) {
          if (message.kind === 'ready') resolve();
          else if (message.kind === 'failed') reject(errorOf(message.fault));
          else this.#receive(message);
        }
      });
    });
  }

  /** Rejects when the database cannot be opened. */
  ready(): Promise<void> {
    return this.#ready;
  }

  call(name: WriteName, args: readonly unknown[]): Promise<unknown> {
    return this.#ask((id) => ({ kind: 'call', id, name, args }));
  }

  async giveBack(how: 'slice' | 'whole'): Promise<boolean> {
    return (await this.#ask((id) => ({ kind: 'giveBack', id, how }))) === true;
  }

  configure(options: StoreOptions): void {
    this.#send({ kind: 'configure', options });
  }

  /** Resolves after the last call under way is committed and the file is closed. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#stopped = resolve;
      this.#send({ kind: 'stop' });
    });
  }

  #ask(question: (id: number) => ToWriter): Promise<unknown> {
    if (this.#stopped) return Promise.reject(new Unavailable('shutting-down', null));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send(question(id));
    });
  }

  #receive(message: Exclude<FromWriter, { kind: 'ready' | 'failed' }>): void {
    if (message.kind === 'stopped') {
      this.#stopped?.();
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'done') pending?.resolve(message.value);
    else pending?.reject(errorOf(message.fault));
  }
}

function errorOf({ message, stack, rejection }: Fault): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return (rejection && unavailableOf(rejection, error)) ?? error;
}
