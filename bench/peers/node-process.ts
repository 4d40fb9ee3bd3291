// A compiled program of the bench in a process of its own. It prints its port as its first line and ends when its
// standard input does, so that none outlives the bench, however that ends.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { pidsOf, type Server } from './peer.js';

/** `program` seen from this file; `onLine` gets what it prints after its port. */
export async function startNode(
  program: string,
  words: readonly string[] = [],
  onLine: (line: string) => void = () => undefined,
): Promise<Server> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [file, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${program} ended with ${code}`)));
    lines.once('line', (line) => resolve(Number(line)));
  });
  lines.on('line', onLine);
  const stop = (): Promise<void> => {
    child.stdin.end();
    return ended;
  };
  return { port, pids: pidsOf(child), stop };
}
