// The numbers that an order names → each as parsePhone reads it, by what was written. A group may have ten thousand, which
// takes a fifth of a second: they are read over many turns of the event loop, so that nobody else waits for them.

import { parsePhone } from './core/phone.js';
import type { ReadNumbers } from './core/types.js';

/** A few milliseconds, also for numbers that were never met. */
const SLICE = 100;

/** As an account of `country` writes them. */
export async function readNumbers(written: readonly string[], country: string): Promise<ReadNumbers> {
  const read = new Map<string, ReturnType<typeof parsePhone>>();
  for (const [at, text] of written.entries()) {
    if (at % SLICE === SLICE - 1) await new Promise((resolve) => setImmediate(resolve));
    read.set(text, parsePhone(text, country));
  }
  return read;
}
