// The key that reply addresses are signed with: made at the first start, kept in the data folder. Whoever has it can answer
// forwarded replies as the accounts do; a new one makes the old addresses worthless.

import path from 'node:path';

import { openKey, readKey, writeKey } from './store/key-file.js';

const FILE = 'reply.key';

export function signingKey(dataDir: string): Uint8Array {
  return openKey(path.join(dataDir, FILE));
}

/** Hexadecimal, as it stands in the file; null: there is none that can be used. */
export function readSigningKey(dataDir: string): string | null {
  return readKey(path.join(dataDir, FILE));
}

/** Puts a key back that was saved. */
export function writeSigningKey(dataDir: string, key: string): void {
  writeKey(path.join(dataDir, FILE), key);
}
