// Looks for a text in every file of a folder, byte by byte: what was erased must be in none of them, wherever it once stood
// in a page of the database, its log, or a file beside it.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The files that hold it, from the folder. */
export function filesWith(folder: string, needle: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .filter((name) => readFileSync(path.join(folder, name)).includes(needle));
}
