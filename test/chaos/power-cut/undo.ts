// What a power cut does to the files of a process that is dead: takes back what no sync had made safe. Everything of it,
// or all but a chance choice of 512-octet pieces, as a disk may have written them in any order.
// Reads the log of power-cut.c. A name (made, moved, removed) is safe when its folder or, as on file systems with a
// journal, the file itself was synced after it; of names that are not safe, the later ones are lost first.

import {
  closeSync,
  existsSync,
  ftruncateSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import type { Random } from '../random.js';
import type { PowerCutFiles } from './shim.js';

const MAGIC = 0x50435554;
const HEAD_OCTETS = 48;
const SECTOR_OCTETS = 512;
const KINDS = ['', 'write', 'truncate', 'sync', 'sync-folder', 'create', 'rename', 'remove'] as const;

interface LogRecord {
  readonly kind: (typeof KINDS)[number];
  readonly inode: number;
  readonly offset: number;
  readonly sizeBefore: number;
  /** Where it is now. */
  readonly path: string;
  /** Where it was, or what it was kept as. */
  readonly from: string;
  readonly old: Buffer;
  readonly written: Buffer;
}

export type CutVariant = 'nothing-unsynced' | 'some-unsynced';

export interface CutReport {
  /** Writes and cuts of files that were not safe. */
  readonly unsafeWrites: number;
  readonly unsafeNames: number;
}

/** The process must be dead. */
export function cutPower({ under, log, kept }: PowerCutFiles, variant: CutVariant, random: Random): CutReport {
  const records = existsSync(log) ? readLog(readFileSync(log)) : [];
  const unsafe = records.filter((record, at) => !isSafe(record, records.slice(at + 1)));
  const names = unsafe.filter(({ kind }) => ['create', 'rename', 'remove'].includes(kind));
  const survivors = variant === 'nothing-unsynced' ? 0 : random.int(0, names.length);
  for (const record of names.slice(survivors).reverse()) takeNameBack(record);
  const writes = unsafe.filter(({ kind }) => kind === 'write' || kind === 'truncate');
  for (const [inode, file] of filesUnder(under)) {
    const own = writes.filter((record) => record.inode === inode);
    if (own.length > 0) takeWritesBack(file, own, variant === 'nothing-unsynced' ? null : random);
    // A map of the log of writes that SQLite keeps for itself; nothing of it outlives a machine.
    if (file.endsWith('-shm')) rmSync(file);
  }
  rmSync(log, { force: true });
  rmSync(kept, { recursive: true, force: true });
  return { unsafeWrites: writes.length, unsafeNames: names.length };
}

/** A record that is not whole is the last one: the process died while it was written, and did nothing more. */
function readLog(log: Buffer): LogRecord[] {
  const records: LogRecord[] = [];
  for (let at = 0; at + HEAD_OCTETS <= log.length;) {
    if (log.readUInt32LE(at) !== MAGIC) throw new Error(`the log of writes cannot be read at ${at}`);
    const [pathOctets, oldOctets, newOctets] = [32, 36, 40].map((field) => log.readUInt32LE(at + field));
    const pathAt = at + HEAD_OCTETS;
    const oldAt = pathAt + (pathOctets ?? 0);
    const newAt = oldAt + (oldOctets ?? 0);
    const end = newAt + (newOctets ?? 0);
    if (end > log.length) break;
    const [name = '', from = ''] = log.toString('utf8', pathAt, oldAt).split('\n');
    records.push({
      kind: KINDS[log.readUInt32LE(at + 4)] ?? '',
      inode: Number(log.readBigUInt64LE(at + 8)),
      offset: Number(log.readBigUInt64LE(at + 16)),
      sizeBefore: Number(log.readBigUInt64LE(at + 24)),
      ...{ path: name, from, old: log.subarray(oldAt, newAt), written: log.subarray(newAt, end) },
    });
    at = end;
  }
  return records;
}

function isSafe(record: LogRecord, later: readonly LogRecord[]): boolean {
  const folder = path.dirname(record.path);
  const isFolderSynced = later.some(({ kind, path: synced }) => kind === 'sync-folder' && synced === folder);
  const isFileSynced = later.some(({ kind, inode }) => kind === 'sync' && inode === record.inode);
  if (record.kind === 'write' || record.kind === 'truncate') return isFileSynced;
  if (isNaming(record)) return isFolderSynced || isFileSynced;
  if (record.kind !== 'remove' || isFolderSynced) return true;
  // What has the name now is safe: then the old one is gone.
  return later.some((one, at) => isNaming(one) && one.path === record.path && isSafe(one, later.slice(at + 1)));
}

function isNaming({ kind }: LogRecord): boolean {
  return kind === 'create' || kind === 'rename';
}

function takeNameBack({ kind, path: name, from }: LogRecord): void {
  if (kind === 'create') rmSync(name, { force: true });
  else if (kind === 'rename' && existsSync(name)) renameSync(name, from);
  else if (kind === 'remove' && existsSync(from) && !existsSync(name)) linkSync(from, name);
}

/** `random` null: all of it. */
function takeWritesBack(file: string, records: readonly LogRecord[], random: Random | null): void {
  const handle = openSync(file, 'r+');
  for (const { offset, sizeBefore, old } of records.toReversed()) {
    if (old.length > 0) writeSync(handle, old, 0, old.length, offset);
    ftruncateSync(handle, sizeBefore);
  }
  if (random) for (const record of records) writeSome(handle, record, random);
  closeSync(handle);
}

function writeSome(handle: number, { kind, offset, written }: LogRecord, random: Random): void {
  if (kind === 'truncate') {
    if (random.chance(0.5)) ftruncateSync(handle, offset);
    return;
  }
  for (let at = 0; at < written.length;) {
    const octets = Math.min(written.length - at, SECTOR_OCTETS - ((offset + at) % SECTOR_OCTETS));
    if (random.chance(0.5)) writeSync(handle, written, at, octets, offset + at);
    at += octets;
  }
}

function filesUnder(folder: string): Map<number, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [statSync(file).ino, file]));
}
