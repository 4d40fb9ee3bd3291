// Entry of a thread for looks: reads over a connection of its own and answers, one look after the other. A fault ends it.

import { parentPort, workerData } from 'node:worker_threads';

import type { Look } from './looks.js';
import { READS } from './methods.js';
import { openReader } from './sqlite.js';

const session = openReader(workerData as string);

async function answer({ options, name, args }: Look): Promise<void> {
  const read = READS[name] as unknown as (context: object, ...args: readonly unknown[]) => Promise<unknown>;
  parentPort?.postMessage(await read({ session, options, rotation: new Map<string, number>() }, ...args));
}

parentPort?.on('message', (look: Look) => void answer(look));
