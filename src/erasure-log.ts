// The list of erasures beside the database, one JSON object a line, by keyed hashes only: it outlives a restored backup,
// which brings erased people back. What the list has and the database has not is to be done again: `petitbleu erase again`.

import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { ErasureEntry } from './core/erasure.js';
import type { Store } from './store-port.js';

const FILE = 'erasures.log';

/** Whether two entries are of one request. */
function isSame(one: ErasureEntry, other: ErasureEntry): boolean {
  return (
    one.kind === other.kind && one.subject === other.subject && one.account === other.account && one.atMs === other.atMs
  );
}

function readEntries(dataDir: string): ErasureEntry[] {
  let text: string;
  try {
    text = readFileSync(path.join(dataDir, FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => (line === '' ? [] : parseEntry(line)));
}

/** A line that a crash has cut short is written again from the database. */
function parseEntry(line: string): ErasureEntry[] {
  try {
    const { kind, subject, account, at } = JSON.parse(line) as Record<string, unknown>;
    if (kind !== 'number' && kind !== 'account' && kind !== 'sender') return [];
    if (typeof subject !== 'string' || typeof at !== 'string') return [];
    return [{ kind, subject, account: typeof account === 'string' ? account : null, atMs: Date.parse(at) }];
  } catch {
    return [];
  }
}

/** Brings the list up to the database. */
export async function writeErasureLog(dataDir: string, store: Store): Promise<void> {
  const written = readEntries(dataDir);
  const missing = (await store.erasures()).filter((one) => !written.some((other) => isSame(one, other)));
  const lines = missing.map(({ kind, subject, account, atMs }) =>
    JSON.stringify({ kind, subject, account, at: new Date(atMs).toISOString() }),
  );
  if (lines.length === 0) return;
  // Begins with a line break of its own: the last line may have been cut short.
  appendFileSync(path.join(dataDir, FILE), `\n${lines.join('\n')}\n`, { mode: 0o600, flush: true });
}

/** What was asked for and is not done in this database: broken off, or from before a backup was restored. */
export async function pendingErasures(dataDir: string, store: Store): Promise<readonly ErasureEntry[]> {
  const known = await store.erasures();
  const done = known.filter((one) => one.done);
  const isDone = (entry: ErasureEntry) => done.some((one) => isSame(one, entry));
  const begun = known.filter((one) => !isDone(one));
  const lost = readEntries(dataDir).filter((entry) => !known.some((one) => isSame(one, entry)));
  return [...begun, ...lost].map(({ kind, subject, account, atMs }) => ({ kind, subject, account, atMs }));
}
