// The folder of all runtime files. Others may pass through it to the socket of sendmail, and may not look into it; every
// file in it is its owner's alone (0600), whatever the umask. A folder that is there already keeps the mode it was given.

import { chmodSync, mkdirSync } from 'node:fs';

import { mistake, type Told } from './control/protocol.js';
import { ok } from './core/result.js';
import { messageOf } from './parts.js';

const MODE = 0o711;

export function makeDataFolder(folder: string): Told<void> {
  try {
    const made = mkdirSync(folder, { recursive: true, mode: MODE });
    // The umask has had its say.
    if (made !== undefined) chmodSync(folder, MODE);
    return ok(undefined);
  } catch (error) {
    return mistake('cannot-create', `${folder}: the data folder cannot be made: ${messageOf(error)}`);
  }
}
