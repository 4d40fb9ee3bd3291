// Keyed hashes that stand in the place of erased numbers and addresses (HMAC-SHA256, RFC 2104). The key lies beside the
// database, readable by its owner alone: who has the database alone cannot try all numbers against the hashes.

import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const ERASURE_KEY_FILE = 'erasure.key';
const KEY_BYTES = 32;
const HASH_DIGITS = 32;

export interface Pseudonyms {
  /** Tells keys apart; says nothing about the key. */
  readonly fingerprint: string;
  /** `erased-` and 128 bits of the keyed hash of the texts. */
  of(...texts: readonly string[]): string;
}

export function openPseudonyms(databaseFile: string): Pseudonyms {
  const key = readOrMake(path.join(path.dirname(databaseFile), ERASURE_KEY_FILE));
  const hash = (texts: readonly string[]) =>
    createHmac('sha256', key).update(texts.join('\0')).digest('hex').slice(0, HASH_DIGITS);
  return { fingerprint: hash(['fingerprint']), of: (...texts) => `erased-${hash(texts)}` };
}

function readOrMake(file: string): Uint8Array {
  try {
    // Fails where there is one: two processes that start at once end up with the same.
    writeFileSync(file, randomBytes(KEY_BYTES).toString('hex'), { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
  return Buffer.from(readFileSync(file, 'utf8'), 'hex');
}
