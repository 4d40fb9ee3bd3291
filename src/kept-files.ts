// What of people lies in files beside the database: outcome mails in the folder that stands for a smarthost, what the
// simulator's phones received, mails of the spool, and the copy that is made before a migration. Each kind can be searched,
// and what is found can be removed; what is old goes by itself. Logs and backups are the operator's (docs/privacy.md).
// Folders may hold a hundred thousand mails: they are read one by one, and the daemon does other things in between.

import { readFileSync } from 'node:fs';
import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';

import { PHONE_FILE } from './carriers/create.js';
import { forgetPhoneEntries, oldestPhoneEntryMs } from './carriers/phone-forget.js';
import { parseEntry, type PhoneEntry } from './carriers/phone.js';
import type { Config } from './config/schema.js';
import { legible } from './mail/legible.js';
import { REFUSED_NAME, SPOOL_NAME } from './sendmail/folder.js';

/** Says whether a text is about whoever is looked for. */
type Mentions = (text: string) => boolean;

type FileKind = 'outbox' | 'refused-mails' | 'waiting-mails' | 'phones' | 'database-copies';

export interface FoundFile {
  readonly kind: FileKind;
  /** Within its folder; of a phone: when the SMS came. */
  readonly name: string;
  /** Of a mail its source; of a phone its entry; null: the content is not looked into. */
  readonly content: unknown;
}

export interface KeptFiles {
  /** What is older goes. Returns how many files and entries went. */
  forget(beforeMs: number): Promise<number>;
  /** Copies of the database are found always: they hold everybody. */
  find(mentions: Mentions): Promise<FoundFile[]>;
  erase(mentions: Mentions, kinds: readonly FileKind[]): Promise<number>;
  /** By the names of their files; what is none of the folder is left alone. */
  eraseMails(names: readonly string[]): Promise<void>;
}

const OUTBOX_NAME = /^\.?(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-.*\.eml(\.tmp)?$/;
const SPOOL_MAIL = /^(\d{13})-[0-9a-f]{32}\.mail$/;
const DAY_MS = 86_400_000;

interface MailFolder {
  readonly kind: FileKind;
  readonly folder: string;
  /** When the mail was written, by its name; null: the file is none of ours. */
  readonly writtenMs: (name: string) => number | null;
}

export function keptFiles({ mail, store, dataDir }: Config): KeptFiles {
  const spool = path.join(path.dirname(mail.sendmail.socket), SPOOL_NAME);
  const refused: MailFolder = { kind: 'refused-mails', folder: path.join(spool, REFUSED_NAME), writtenMs: spoolMs };
  const outbox: MailFolder = { kind: 'outbox', folder: mail.out.folder, writtenMs: outboxMs };
  const waiting: MailFolder = { kind: 'waiting-mails', folder: spool, writtenMs: spoolMs };
  const folders = [outbox, refused, waiting];
  const phones = path.join(dataDir, PHONE_FILE);
  const copies = () => databaseCopies(store.file);

  return {
    async forget(beforeMs) {
      let gone = 0;
      for (const one of [outbox, refused]) {
        const old = (await mailsIn(one)).filter((name) => (one.writtenMs(name) ?? Infinity) < beforeMs);
        gone += await remove(one.folder, old);
      }
      const old: string[] = [];
      for (const file of await copies()) if ((await stat(file)).mtimeMs < beforeMs) old.push(file);
      // The file is written anew once a day, not each hour.
      const oldestMs = oldestPhoneEntryMs(phones);
      const isYoung = ({ at }: PhoneEntry) => Date.parse(at) >= beforeMs;
      if (oldestMs !== null && oldestMs < beforeMs - DAY_MS) gone += forgetPhoneEntries(phones, isYoung);
      return gone + (await remove('/', old));
    },
    async find(mentions) {
      const found: FoundFile[] = [];
      for (const one of folders) for await (const mail of mailsAbout(one, mentions)) found.push(mail);
      forEachPhoneEntry(phones, (entry) => {
        if (mentions(JSON.stringify(entry))) found.push({ kind: 'phones', name: entry.at, content: entry });
      });
      const copied = (await copies()).map(
        (file) => ({ kind: 'database-copies', name: path.basename(file), content: null }) as const,
      );
      return [...found, ...copied];
    },
    async eraseMails(names) {
      await remove(outbox.folder, names.filter(isOutboxName));
    },
    async erase(mentions, kinds) {
      let gone = 0;
      for (const one of folders.filter(({ kind }) => kinds.includes(kind))) {
        for await (const { name } of mailsAbout(one, mentions)) gone += await remove(one.folder, [name]);
      }
      if (kinds.includes('phones')) gone += forgetPhoneEntries(phones, (entry) => !mentions(JSON.stringify(entry)));
      if (kinds.includes('database-copies')) gone += await remove('/', await copies());
      return gone;
    },
  };
}

/** What the phones received, by the orders that it came from. */
export function keptPhones({ dataDir }: Config) {
  const file = path.join(dataDir, PHONE_FILE);
  return {
    orders: (): string[] => {
      const orders = new Set<string>();
      forEachPhoneEntry(file, ({ messageId }) => orders.add(orderOf(messageId)));
      return [...orders];
    },
    erase: (orders: ReadonlySet<string>): number =>
      forgetPhoneEntries(file, ({ messageId }) => !orders.has(orderOf(messageId))),
  };
}

/** `ORDER-1` */
function orderOf(messageId: string): string {
  return messageId.slice(0, messageId.lastIndexOf('-'));
}

function isOutboxName(name: string): boolean {
  return OUTBOX_NAME.test(name) && !name.includes('/');
}

function outboxMs(name: string): number | null {
  const [, year, month, day, hour, minute, second, ms] = OUTBOX_NAME.exec(name) ?? [];
  return year === undefined ? null : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}

function spoolMs(name: string): number | null {
  const [, ms] = SPOOL_MAIL.exec(name) ?? [];
  return ms === undefined ? null : Number(ms);
}

async function mailsIn({ folder, writtenMs }: MailFolder): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => writtenMs(name) !== null);
}

async function* mailsAbout(one: MailFolder, mentions: Mentions): AsyncGenerator<FoundFile> {
  for (const name of await mailsIn(one)) {
    const raw = await readFile(path.join(one.folder, name)).catch(nothingIfGone);
    if (raw && mentions(legible(raw))) yield { kind: one.kind, name, content: raw.toString('utf8') };
  }
}

/** The copies that are made beside the database before a migration and before a restore. */
async function databaseCopies(file: string): Promise<string[]> {
  const prefixes = ['schema-', 'before-restore-'].map((what) => `${path.basename(file)}.${what}`);
  return (await namesIn(path.dirname(file)))
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .map((name) => path.join(path.dirname(file), name));
}

function forEachPhoneEntry(file: string, look: (entry: PhoneEntry) => void): void {
  for (const line of readIfThere(file).toString('utf8').split('\n')) {
    const entry = parseEntry(line);
    if (entry) look(entry);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(nothingIfGone)) ?? [];
}

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isGone(error)) return Buffer.alloc(0);
    throw error;
  }
}

async function remove(folder: string, names: readonly string[]): Promise<number> {
  for (const name of names) await unlink(path.resolve(folder, name)).catch(nothingIfGone);
  return names.length;
}

function nothingIfGone(error: unknown): null {
  if (isGone(error)) return null;
  throw error;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
