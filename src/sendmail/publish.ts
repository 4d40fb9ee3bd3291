// The daemon's side of the folder that callers use: makes the spool, with the permissions that let every user of this
// machine put a mail in and nobody read another's, and writes what callers must know. All of it is on the disk before callers
// find it: a mail in a folder that a power cut takes away would be lost. Source: the maildrop folder of mail systems (mode 1733).

import { chmodSync, closeSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { FACTS_NAME, REFUSED_NAME, SPOOL_NAME, type GatewayFacts } from './folder.js';

/** Throws the error of the system. */
export function prepareSpool(folder: string): void {
  const spool = path.join(folder, SPOOL_NAME);
  const refused = path.join(spool, REFUSED_NAME);
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  // Before the spool is opened to others, so that the name is ours.
  mkdirSync(refused, { recursive: true, mode: 0o700 });
  for (const name of [spool, refused]) {
    const entry = lstatSync(name);
    if (!entry.isDirectory() || entry.uid !== process.geteuid?.()) throw new Error(`${name} is not a folder of ours`);
  }
  // Sticky: whoever puts a file in can take out no other's.
  chmodSync(spool, 0o1733);
  for (const changed of [spool, folder, path.dirname(folder)]) syncFolder(changed);
}

/** At the start and after each reload. */
export function publishFacts(folder: string, facts: GatewayFacts): void {
  const file = path.join(folder, FACTS_NAME);
  writeFileSync(`${file}.next`, `${JSON.stringify(facts)}\n`, { mode: 0o644, flush: true });
  chmodSync(`${file}.next`, 0o644);
  renameSync(`${file}.next`, file);
  syncFolder(folder);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
