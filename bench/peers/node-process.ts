// A compiled program of the bench in a process of its own. It prints its port as its first line and ends when its
// standard input does, so that none outlives the bench, however that ends.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Server } from './peer.js';

/** `program` beside this file. */
export async function startNode(program: string, words: readonly string[] = []): Promise<Server> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [file, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${program} ended with ${code}`)));
    child.stdout.once('data', (line: Buffer) => resolve(Number(line)));
  });
  const stop = (): Promise<void> => {
    child.stdin.end();
    return ended;
  };
  return { port, pid: child.pid ?? 0, stop };
}
