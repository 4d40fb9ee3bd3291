// The built `petitbleu sendmail` as cron jobs and scripts call it: one process for one mail, found by the folder alone.
// Takes a mail, gives what its caller was told in the words of SMTP: exit 0 is a 250, a temporary failure a 451, any other
// exit code a 550; a process that was killed has told nothing.

import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { cleanEnvironment, PROGRAM } from '../support/program.js';
import type { Mail } from './mails.js';
import type { Told } from './smtp.js';
import type { World } from './world.js';

/** sysexits(3) */
const TEMPORARY = 75;

export class Callers {
  readonly #world: World;
  readonly #running = new Set<ChildProcess>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The recipient without its domain, as people write it: the program completes it. */
  hand({ rcptTo, raw }: Mail): Promise<Told> {
    const [local = ''] = rcptTo.split('@');
    const { data, shim } = this.#world;
    const child = spawn(process.execPath, [PROGRAM, 'sendmail', '-i', local], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: cleanEnvironment({ ...shim, PETITBLEU_SENDMAIL: path.join(data, 'sendmail') }),
      cwd: tmpdir(),
    });
    this.#running.add(child);
    // A program that is killed does not read on.
    child.stdin.on('error', () => undefined);
    child.stdin.end(raw.replaceAll('\r\n', '\n'));
    return new Promise((resolve) => {
      child.on('close', (code) => {
        this.#running.delete(child);
        resolve(code === null ? 'lost' : code === 0 ? 250 : code === TEMPORARY ? 451 : 550);
      });
    });
  }

  /** SIGKILL, at once. */
  kill(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}
