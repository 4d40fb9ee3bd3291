// The file of a backup: a SQLite database with a last line behind it that holds the digest of all before, so that a file that
// was cut short or has changed is found out before anything is restored from it. Why this form: docs/adr/0007.

import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, openSync, closeSync, readSync, fstatSync, fsyncSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { err, ok, type Result } from '../core/result.js';
import { APPLICATION_ID } from '../store/backup.js';

const SEAL_WORDS = '\nPetit Bleu backup, SHA-256 of all before this line: ';
const SEAL = new RegExp(`^${SEAL_WORDS}([0-9a-f]{64})\n$`);
const SEAL_BYTES = SEAL_WORDS.length + 65;
const SQLITE_MAGIC = 'SQLite format 3\0';
const APPLICATION_ID_AT = 68;

export interface Sealed {
  readonly bytes: number;
  /** Of the whole file, as sha256sum prints it. */
  readonly sha256: string;
}

/** Adds the last line to a finished copy, and brings it to the disk. */
export async function seal(file: string): Promise<Sealed> {
  const hash = await hashOf(file);
  const line = `${SEAL_WORDS}${hash.copy().digest('hex')}\n`;
  const handle = await open(file, 'a');
  try {
    await handle.appendFile(line);
    await handle.sync();
    const { size } = await handle.stat();
    return { bytes: size, sha256: hash.update(line).digest('hex') };
  } finally {
    await handle.close();
  }
}

async function hashOf(file: string): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash;
}

/** Copies the database out of a backup, to a new file; the error is the sentence why the backup cannot be used. */
export async function unseal(
  file: string,
  target: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<Result<void, string>> {
  const looked = lookAt(file);
  if (!looked.ok) return looked;
  const { contentBytes, digest } = looked.value;
  const hash = createHash('sha256');
  let done = 0;
  await pipeline(
    createReadStream(file, { end: contentBytes - 1 }),
    async function* hashed(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        onProgress((done += chunk.length), contentBytes);
        yield chunk;
      }
    },
    createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }),
  );
  if (hash.digest('hex') === digest) return ok(undefined);
  return err(`${file} is damaged: it is not what was written into it`);
}

/** What the ends of the file say it is. */
function lookAt(file: string): Result<{ contentBytes: number; digest: string }, string> {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const read = (bytes: number, at: number): Buffer => {
      const buffer = Buffer.alloc(bytes);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, Math.max(0, at)));
    };
    const head = read(100, 0);
    const isSqlite = head.length === 100 && head.toString('latin1', 0, 16) === SQLITE_MAGIC;
    const isOurs = isSqlite && head.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID;
    const digest = SEAL.exec(read(SEAL_BYTES, size - SEAL_BYTES).toString('latin1'))?.[1];
    if (isOurs && digest !== undefined) return ok({ contentBytes: size - SEAL_BYTES, digest });
    if (isOurs) return err(`${file} is cut short: its last line, with the digest, is missing`);
    return err(
      isSqlite
        ? `${file} is a SQLite database, but no backup; petitbleu backup makes one`
        : `${file} is no backup of Petit Bleu; petitbleu backup makes one`,
    );
  } finally {
    closeSync(descriptor);
  }
}

/** A name in a folder is as durable as the folder. */
export function syncFolderOf(file: string): void {
  const descriptor = openSync(path.dirname(path.resolve(file)), 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
