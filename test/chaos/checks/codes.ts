// The codes of the accounts: no byte of them in any file of the data folder, in the log, at the carrier, at the smarthost.
// The spool of sendmail holds codes as long as a mail waits in it, or the draft of a caller that was killed; and so does
// what the power-cut library keeps of it.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { World } from '../world.js';
import type { Finding } from './finding.js';

export function codeFindings({ folder, codes }: World): Finding[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      if (path.relative(folder, file).startsWith('power-cut') || entry.name.startsWith('draft-')) return [];
      const bytes = bytesOf(file);
      const hit = Object.values(codes).some((code) => bytes.includes(code));
      return hit ? [{ kind: 'code' as const, text: `a sending code stands in ${path.relative(folder, file)}` }] : [];
    });
}

/** A temporary name may have become another one since the folder was read. */
function bytesOf(file: string): string {
  try {
    return readFileSync(file).toString('latin1').toUpperCase();
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw fault;
  }
}
