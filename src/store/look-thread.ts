// Entry of a thread for one look: reads over a connection of its own, answers, and is gone with all its memory.

import { parentPort, workerData } from 'node:worker_threads';

import type { LookData } from './looks.js';
import { READS } from './methods.js';
import { openReader } from './sqlite.js';

const { file, options, name, args } = workerData as LookData;
const session = openReader(file);
const look = READS[name] as unknown as (context: object, ...args: readonly unknown[]) => Promise<unknown>;
parentPort?.postMessage(await look({ session, options, rotation: new Map<string, number>() }, ...args));
session.close();
