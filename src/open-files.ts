// How many files and sockets the system lets a process have open, and what of that is left for clients: where none is left,
// a connection is cut before anybody can say why. Node has raised the soft limit to the hard one by then. Source: proc(5).

import { readFileSync } from 'node:fs';

/** Besides the sessions: the database, threads, logs, carriers, and clients who are being told that there is no place. */
export const SPARE_FILES = 200;
const LEAST_PLACES = 10;

/** Null: unlimited, or this system does not say it. */
export function openFileLimit(pid: number = process.pid): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}

/** Sessions at once for each of so many ways in. */
export function placesWithin(limit: number | null, ways: number): number {
  return limit === null ? Infinity : Math.max(LEAST_PLACES, Math.floor((limit - SPARE_FILES) / ways));
}
