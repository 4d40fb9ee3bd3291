// The built daemon in a process of its own. Takes what it is started with; gives its port, its end, and what it has said.
// Ended by its own process id, never by name.

import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';

import { eventually } from '../support/eventually.js';
import { cleanEnvironment, PROGRAM } from '../support/program.js';

export interface DaemonWish {
  readonly data: string;
  readonly config: string;
  /** What it says on stderr is appended here. */
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
  /** Words before the program, such as a shell with a limit; none: Node is started itself. */
  readonly prefix: readonly string[];
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const READY = /^SMTP +127\.0\.0\.1:(\d+)$/m;
const START_WITHIN_MS = 60_000;

export class Daemon {
  readonly ended: Promise<Ending>;
  #ending: Ending | null = null;
  #stdout = '';
  #lastWords = '';
  readonly #child: ChildProcess;

  constructor({ data, config, log, env, prefix }: DaemonWish) {
    const words = [...prefix, process.execPath, PROGRAM, 'start', '--data', data, '--config', config];
    const [command = process.execPath, ...rest] = words;
    const child = spawn(command, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment(env),
      cwd: tmpdir(),
    });
    child.stdout.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString('utf8')).slice(-4000);
    });
    child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        this.#ending = { code, signal };
        resolve(this.#ending);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#ending === null;
  }

  get port(): number {
    return Number(READY.exec(this.#stdout)?.[1]);
  }

  /** Throws, with its last words, where it ends instead. */
  async ready(): Promise<void> {
    await eventually('the daemon is ready', () => READY.test(this.#stdout) || this.#ending, START_WITHIN_MS);
    if (!READY.test(this.#stdout)) throw new Error(`the daemon did not start:\n${this.#lastWords}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.isAlive) this.signal('SIGKILL');
    await this.ended;
  }
}
