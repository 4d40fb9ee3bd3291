// Programs in processes of their own: runs one to its end, with text on its standard input, and gives what it wrote.
// The built command line is one of them. No shell, except where a test wants one; variables of ours do not leak in.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = packageFolder(path.dirname(fileURLToPath(import.meta.url)));
export const PROGRAM = path.join(ROOT, 'bin/petitbleu.js');

/** This file may have been compiled to another folder of the package. */
function packageFolder(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : packageFolder(path.dirname(folder));
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The surroundings of a program under test: not the configuration of whoever runs the tests. */
export function cleanEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(PETITBLEU|NODE_OPTIONS|VITEST|NOTIFY_SOCKET)/.test(name),
  );
  return { ...Object.fromEntries(own), ...more };
}

export function run(command: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { cwd, env, input } = options;
    const child = spawn(command, words, { ...(cwd !== undefined && { cwd }), env: cleanEnvironment(env) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }),
    );
    // A program that does not read its input may be gone before it is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

/** `petitbleu WORDS…` */
export function petitbleu(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(process.execPath, [PROGRAM, ...words], options);
}

/** The objects that `--json` printed, one a line. */
export function jsonLines<T>({ stdout }: Pick<Ran, 'stdout'>): T[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as T);
}
