// The key that reply addresses are signed with: made at the first start, kept in the data folder, readable by its owner
// alone. Whoever has it can answer forwarded replies as the accounts do; a new one makes the old addresses worthless.
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

const FILE = 'reply.key';
const FORM = /^[0-9a-f]{64}$/;
const BYTES = 32;

export function signingKey(dataDir: string): Uint8Array {
  const file = path.join(dataDir, FILE);
  const key = readKey(file) ?? makeKey(dataDir, file);
  return Buffer.from(key, 'hex');
}

/** Null: there is none, or a broken one, with which anybody could sign. */
function readKey(file: string): string | null {
  const key = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return FORM.test(key) ? key : null;
}

function makeKey(dataDir: string, file: string): string {
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
  sync(openSync(dataDir, 'r'));
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

/** Hexadecimal, as it stands in the file; null: there is none that can be used. */
export function readSigningKey(dataDir: string): string | null {
  return readKey(path.join(dataDir, FILE));
}

/** Puts a key back that was saved. */
export function writeSigningKey(dataDir: string, key: string): void {
  const file = path.join(dataDir, FILE);
  const draft = `${file}.${process.pid}.draft`;
  rmSync(draft, { force: true });
  sync(openSync(draft, 'wx', 0o600), key);
  renameSync(draft, file);
  sync(openSync(dataDir, 'r'));
}
