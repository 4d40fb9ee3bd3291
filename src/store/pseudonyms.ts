// Keyed hashes that stand in the place of erased numbers and addresses (HMAC-SHA256, RFC 2104). The key lies beside the
// database, readable by its owner alone: who has the database alone cannot try all numbers against the hashes.

import { createHmac } from 'node:crypto';
import path from 'node:path';

import { openKey } from './key-file.js';

export const ERASURE_KEY_FILE = 'erasure.key';
const HASH_DIGITS = 32;
/** Each of them begins so. */
export const ERASED = 'erased-';

export interface Pseudonyms {
  /** Tells keys apart; says nothing about the key. */
  readonly fingerprint: string;
  /** `erased-` and 128 bits of the keyed hash of the texts. */
  of(...texts: readonly string[]): string;
}

/** Beside the database. */
export function erasureKeyFile(databaseFile: string): string {
  return path.join(path.dirname(databaseFile), ERASURE_KEY_FILE);
}

export function openPseudonyms(databaseFile: string): Pseudonyms {
  const key = openKey(erasureKeyFile(databaseFile));
  const hash = (texts: readonly string[]) =>
    createHmac('sha256', key).update(texts.join('\0')).digest('hex').slice(0, HASH_DIGITS);
  return { fingerprint: hash(['fingerprint']), of: (...texts) => `${ERASED}${hash(texts)}` };
}
