// A process of the harness that outlives the daemon: started from here, asked over Node's own channel, ended with us.
// Both ends of that channel.

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Ask {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly value: unknown;
}

/** In the process: answers what is asked, and ends when the harness does. */
export function serve(handlers: Handlers): void {
  process.on('message', ({ id, method, argument }: Ask) => {
    const handler = handlers[method];
    if (!handler) throw new Error(`${method} is nothing that this process does`);
    void Promise.resolve(handler(argument as never)).then((value) => process.send?.({ id, value }));
  });
  process.on('disconnect', () => process.exit(0));
}

/** In the harness. */
export class Service {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (value: unknown) => void>();
  #asked = 0;

  /** `name`: of the file beside this one. */
  constructor(name: string, words: readonly string[]) {
    this.#child = fork(fileURLToPath(new URL(`${name}.js`, import.meta.url)), words, { env: {}, execArgv: [] });
    this.#child.on('message', ({ id, value }: Answer) => {
      this.#waiting.get(id)?.(value);
      this.#waiting.delete(id);
    });
  }

  call<T>(method: string, argument: unknown = null): Promise<T> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, (value) => resolve(value as T));
      this.#child.send({ id, method, argument });
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}
