// The daemon's side of the folder that callers use: makes it and its spool, with the permissions that let every user of
// this machine put a mail in and nobody read another's, and writes what callers must know. Source: the maildrop folder
// of mail systems (mode 1733).

import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { FACTS_NAME, REFUSED_NAME, SPOOL_NAME, type GatewayFacts } from './folder.js';

/** To pass through, not to look into. */
const PASS = 0o111;
const OTHERS = 0o077;

/** Throws the error of the system. */
export function prepareFolder(folder: string, dataDir: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  chmodSync(folder, 0o755);
  if (path.dirname(folder) === dataDir) letPass(dataDir, path.basename(folder));
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
}

/** The data folder holds the database: others may pass it and not list it, and all else in it is closed to them first. */
function letPass(dataDir: string, passable: string): void {
  for (const entry of readdirSync(dataDir, { withFileTypes: true })) {
    if (entry.name === passable || entry.isSymbolicLink()) continue;
    const file = path.join(dataDir, entry.name);
    const { mode } = statSync(file);
    if ((mode & OTHERS) !== 0) chmodSync(file, mode & 0o7777 & ~OTHERS);
  }
  chmodSync(dataDir, (statSync(dataDir).mode & 0o7700) | PASS);
}

/** At the start and after each reload. */
export function publishFacts(folder: string, facts: GatewayFacts): void {
  const file = path.join(folder, FACTS_NAME);
  writeFileSync(`${file}.next`, `${JSON.stringify(facts)}\n`, { mode: 0o644 });
  chmodSync(`${file}.next`, 0o644);
  renameSync(`${file}.next`, file);
}
