// One mail in the spool folder: a line of JSON with the envelope and the length of the mail, then the mail itself.
// Written under a name that is no mail yet, synced, renamed; the reader takes nothing that is not whole, not a plain file
// with one name, or larger than it wants, and follows no link: the folder is open to every user of the machine.
// The names are random, because they are all that keeps one user from opening the file of another.

import { randomBytes } from 'node:crypto';
import { constants, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import type { Envelope } from './lmtp-client.js';

export interface SpooledMail extends Envelope {
  readonly raw: Buffer;
  /** Who wrote it, as the system knows them. */
  readonly uid: number;
}

export type SpoolReading =
  | { readonly kind: 'mail'; readonly mail: SpooledMail }
  /** Gone, or never there. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unfit'; readonly why: string };

const NAME = /^\d{13}-[0-9a-f]{32}\.mail$/;
const DRAFT = /^draft-[0-9a-f]{32}$/;
const FORM = 'petitbleu-spool-1';
/** Of the line with the envelope. */
const MAX_HEAD = 1_000_000;

export function isSpoolName(name: string): boolean {
  return NAME.test(name);
}

export function isDraftName(name: string): boolean {
  return DRAFT.test(name);
}

/** Resolves when the mail is on the disk. Throws the error of the system, and leaves nothing behind. */
export async function writeSpool(folder: string, { mailFrom, rcptTo }: Envelope, raw: Buffer): Promise<string> {
  const random = randomBytes(16).toString('hex');
  const draft = path.join(folder, `draft-${random}`);
  const name = `${String(Date.now()).padStart(13, '0')}-${random}.mail`;
  const head = `${JSON.stringify({ form: FORM, mailFrom, rcptTo, bytes: raw.length })}\n`;
  const file = await open(
    draft,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    await file.writeFile(Buffer.concat([Buffer.from(head), raw]));
    // The daemon is another user; whoever else opens it must know the name, which the folder does not tell.
    await file.chmod(0o644);
    await file.sync();
    await rename(draft, path.join(folder, name));
    // Commits the new name as well, on the file systems that journal; the folder itself can be synced by its owner only.
    await file.sync();
    await syncFolder(folder);
  } catch (fault) {
    await unlink(draft).catch(() => undefined);
    throw fault;
  } finally {
    await file.close();
  }
  return name;
}

async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (fault) {
    if (codeOf(fault) === 'EACCES') return;
    throw fault;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function readSpool(file: string, maxBytes: number): Promise<SpoolReading> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK a pipe of that name would hold the daemon up for ever.
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (fault) {
    const code = codeOf(fault);
    return code === 'ENOENT' ? { kind: 'gone' } : unfit(`it cannot be opened (${code})`);
  }
  try {
    const stat = await handle.stat();
    const { size, uid, nlink } = stat;
    if (!stat.isFile()) return unfit('it is no file');
    if (nlink === 0) return { kind: 'gone' };
    if (nlink > 1) return unfit('it has a second name');
    if (size > maxBytes + MAX_HEAD) return unfit(`it has ${size} bytes`);
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return read(bytes.subarray(0, bytesRead), uid, maxBytes);
  } finally {
    await handle.close();
  }
}

function read(bytes: Buffer, uid: number, maxBytes: number): SpoolReading {
  const end = bytes.indexOf(0x0a);
  const head = end < 0 || end > MAX_HEAD ? null : parseHead(bytes.subarray(0, end).toString('utf8'));
  if (!head) return unfit('it does not begin with an envelope');
  const raw = bytes.subarray(end + 1);
  if (raw.length !== head.bytes) return unfit(`it is cut off: ${raw.length} of ${head.bytes} bytes`);
  if (raw.length > maxBytes) return unfit(`it has ${raw.length} bytes`);
  return { kind: 'mail', mail: { mailFrom: head.mailFrom, rcptTo: head.rcptTo, raw, uid } };
}

function parseHead(text: string): (Envelope & { readonly bytes: number }) | null {
  try {
    const head = JSON.parse(text) as Partial<Record<string, unknown>> | null;
    const { form, mailFrom, rcptTo, bytes } = head ?? {};
    if (form !== FORM || typeof mailFrom !== 'string' || typeof bytes !== 'number' || !Array.isArray(rcptTo))
      return null;
    const recipients = rcptTo.filter((one): one is string => typeof one === 'string');
    const whole = recipients.length > 0 && recipients.length === rcptTo.length;
    return whole ? { mailFrom, rcptTo: recipients, bytes } : null;
  } catch {
    return null;
  }
}

function unfit(why: string): SpoolReading {
  return { kind: 'unfit', why };
}

export function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault);
}
