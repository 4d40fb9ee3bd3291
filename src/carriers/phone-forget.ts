// Takes entries out of the file of what the phones received. In one turn of the event loop: nothing that this process
// writes to the same file can come between the reading and the new file that takes its name.

import { existsSync, openSync, readFileSync, readSync, renameSync, writeFileSync, closeSync } from 'node:fs';

import { parseEntry, type PhoneEntry } from './phone.js';

const FIRST_LINE_BYTES = 65_536;

/** Returns how many went. Lines that are no entries go as well. */
export function forgetPhoneEntries(file: string, isKept: (entry: PhoneEntry) => boolean): number {
  if (!existsSync(file)) return 0;
  const lines = readFileSync(file, 'utf8').split('\n');
  const entries = lines.filter((line) => line !== '');
  const kept = entries.filter((line) => {
    const entry = parseEntry(line);
    return entry !== null && isKept(entry);
  });
  if (kept.length === entries.length) return 0;
  const fresh = `${file}.new`;
  writeFileSync(fresh, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  renameSync(fresh, file);
  return entries.length - kept.length;
}

/** When the first entry came, in ms: the file need not be read whole to see that nothing in it is old. Null: there is none. */
export function oldestPhoneEntryMs(file: string): number | null {
  if (!existsSync(file)) return null;
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(FIRST_LINE_BYTES);
    const length = readSync(handle, bytes, 0, FIRST_LINE_BYTES, 0);
    const entry = parseEntry(bytes.subarray(0, length).toString('utf8').split('\n')[0] ?? '');
    return entry ? Date.parse(entry.at) : null;
  } finally {
    closeSync(handle);
  }
}
