// A secret key in a file of its own, readable by its owner alone: made where there is none, read, put back from a backup.
// It is on the disk, whole, before it is used: a crash or a power cut must leave neither another key nor an empty one.

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

const FORM = /^[0-9a-f]{64}$/;
const BYTES = 32;

export function openKey(file: string): Uint8Array {
  return Buffer.from(readKey(file) ?? makeKey(file), 'hex');
}

/** Hexadecimal, as it stands in the file. Null: there is none, or a broken one, which anybody could know. */
export function readKey(file: string): string | null {
  const key = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return FORM.test(key) ? key : null;
}

function makeKey(file: string): string {
  const draft = `${file}.${process.pid}.draft`;
  const key = randomBytes(BYTES).toString('hex');
  rmSync(draft, { force: true });
  sync(openSync(draft, 'wx', 0o600), key);
  try {
    // Fails where there is one: two processes that start at once end up with the same.
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    if (readKey(file) === null) renameSync(draft, file);
  }
  sync(openSync(path.dirname(file), 'r'));
  rmSync(draft, { force: true });
  return readKey(file) ?? key;
}

function sync(handle: number, text = ''): void {
  try {
    if (text !== '') writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Puts a key back that was saved. */
export function writeKey(file: string, key: string): void {
  const draft = `${file}.${process.pid}.draft`;
  rmSync(draft, { force: true });
  sync(openSync(draft, 'wx', 0o600), key);
  renameSync(draft, file);
  sync(openSync(path.dirname(file), 'r'));
}
