// Records that outlive what they tell about: one JSON object a line, appended, never changed.

import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

export class Recorder<T> {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a', 0o600);
  }

  /** In the page cache when it returns: a process that dies loses nothing of it. */
  add(record: T): void {
    writeSync(this.#file, `${JSON.stringify(record)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Whole lines only: one may be being written. */
export function readRecords<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as T);
}
