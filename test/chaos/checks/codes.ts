// The codes of the accounts: no byte of them in any file of the data folder, in the log, at the carrier, at the smarthost.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { World } from '../world.js';
import type { Finding } from './finding.js';

export function codeFindings({ folder, codes }: World): Finding[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const bytes = readFileSync(file).toString('latin1').toUpperCase();
      const hit = Object.values(codes).some((code) => bytes.includes(code));
      return hit ? [{ kind: 'code' as const, text: `a sending code stands in ${path.relative(folder, file)}` }] : [];
    });
}
