// The key that reply addresses are signed with: made at the first start, kept in the data folder, readable by its owner
// alone. Whoever has it can answer forwarded replies as the accounts do; a new one makes the old addresses worthless.

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILE = 'reply.key';
const BYTES = 32;

export function signingKey(dataDir: string): Uint8Array {
  const file = path.join(dataDir, FILE);
  try {
    // Fails where there is one: two processes that start at once end up with the same.
    writeFileSync(file, randomBytes(BYTES).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
  return Buffer.from(readFileSync(file, 'utf8'), 'hex');
}
