// Whether this process may open one more file: SQLite says only that it could not.

import { closeSync, openSync } from 'node:fs';

export function isOutOfFiles(): boolean {
  try {
    closeSync(openSync('/dev/null', 'r'));
    return false;
  } catch (fault) {
    return ['EMFILE', 'ENFILE'].includes((fault as NodeJS.ErrnoException).code ?? '');
  }
}
