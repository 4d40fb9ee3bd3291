// The file of what the simulator's phones received: one JSON object a line, in the order of arrival.
// `PhoneFile` writes whole lines only; `readPhone` gives them back, and may wait for more.
// Lines that are no entries (a write that a crash cut short, another hand) are skipped, never an error.

import { appendFileSync, mkdirSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import type { Encoding } from '../core/types.js';
import type { Clock } from '../ports.js';

export interface PhoneEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** E.164. */
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  readonly flash: boolean;
  readonly messageId: string;
}

export class PhoneFile {
  readonly #file: string;
  #lines: string[] = [];
  #writing: Promise<void> | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Resolves when the line is in the file. What comes in one turn of the event loop is one write. */
  append(entry: PhoneEntry): Promise<void> {
    this.#lines.push(`${JSON.stringify(entry)}\n`);
    this.#writing ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#writing = null;
        try {
          this.#write();
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    return this.#writing;
  }

  #write(): void {
    const lines = this.#lines.join('');
    this.#lines = [];
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    appendFileSync(this.#file, lines, { mode: 0o600 });
  }
}

export interface ReadOptions {
  /** Wait for more at the end, until the signal; a file that does not exist yet is waited for. */
  readonly follow: boolean;
  readonly signal?: AbortSignal;
  readonly clock: Clock;
}

const CHUNK_BYTES = 65_536;
/** Looking beats watching: it works on every file system, and a terminal needs no more. */
const LOOK_EVERY_MS = 250;
const NEWLINE = 0x0a;

export async function* readPhone(file: string, options: ReadOptions): AsyncGenerator<PhoneEntry> {
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const more = await readFrom(file, offset);
    // Shorter than what was read: emptied or begun anew.
    if (more === 'shrunk') {
      offset = 0;
      rest = Buffer.alloc(0);
      continue;
    }
    offset += more.length;
    const bytes = Buffer.concat([rest, more]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(end);
    yield* parseLines(bytes.subarray(0, end).toString('utf8'));
    if (more.length > 0) continue;
    if (!options.follow || options.signal?.aborted) return;
    await pause(options);
  }
}

async function readFrom(file: string, offset: number): Promise<Buffer | 'shrunk'> {
  const handle = await openIfThere(file);
  if (!handle) return offset > 0 ? 'shrunk' : Buffer.alloc(0);
  try {
    if ((await handle.stat()).size < offset) return 'shrunk';
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function* parseLines(lines: string): Generator<PhoneEntry> {
  for (const line of lines.split('\n')) {
    const entry = parseEntry(line);
    if (entry) yield entry;
  }
}

export function parseEntry(line: string): PhoneEntry | null {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is PhoneEntry {
  return typeof value === 'object' && value !== null && ['at', 'to', 'text'].every((key) => key in value);
}

function pause({ clock, signal }: ReadOptions): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(LOOK_EVERY_MS, wake);
    signal?.addEventListener('abort', wake);
  });
}
