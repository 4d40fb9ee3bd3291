// petitbleu backup FILE: one file from which `petitbleu restore` makes the installation again. Written beside the running
// daemon under a name of its own, checked as `petitbleu verify` does, and only then given its name: there is never half of one. What a backup of that
// name has left that was killed goes before.

import { existsSync, linkSync, openSync, closeSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';

import { mistake, type Mistake, type Told } from '../control/protocol.js';
import { err, ok } from '../core/result.js';
import { readSigningKey } from '../signing-key.js';
import { readKey } from '../store/key-file.js';
import { erasureKeyFile } from '../store/pseudonyms.js';
import type { VerifyReport } from '../store-port.js';
import type { Cli } from './cli.js';
import type { Globals } from './globals.js';
import { findInstallation, type Installation } from './installation.js';
import { undoneAtLast } from './interrupted.js';
import { counted, formatBytes } from './table.js';
import { progressBar } from './terminal.js';
import { showCheck, verifyWithBar } from './verify.js';
import { readVersion } from './version.js';

interface BackupOptions {
  readonly force?: boolean;
  readonly despiteFaults?: boolean;
}

interface Job extends BackupOptions {
  readonly cli: Cli;
  readonly installation: Installation;
  /** The name that it gets in the end. */
  readonly file: string;
  /** The name that it has till then. */
  readonly partial: string;
}

interface Made {
  readonly file: string;
  readonly bytes: number;
  readonly messages: number;
  readonly movements: number;
  readonly createdAt: string;
  readonly seconds: number;
  readonly sha256: string;
  readonly faults: readonly string[];
}

export function addBackupCommand(cli: Cli): void {
  cli.program
    .command('backup <file>')
    .description('copy database and keys into one file, while the daemon runs; the copy is checked')
    .option('--force', 'replace a file of that name')
    .option('--despite-faults', 'keep the copy also where `petitbleu verify` finds faults in it')
    .addHelpText('after', '\nExample:\n  petitbleu backup /var/backups/petitbleu-2026-11-24.backup\n')
    .action((file: string, options: BackupOptions) => cli.act((globals) => backup(cli, globals, file, options)));
}

async function backup(cli: Cli, globals: Globals, file: string, options: BackupOptions): Promise<Told<void>> {
  const found = await findInstallation(globals);
  if (!found.ok) return found;
  const installation = found.value;
  if (!existsSync(installation.storeFile))
    return mistake('no-input', `there is no database ${installation.storeFile}: nothing to back up`);
  if (existsSync(file) && options.force !== true) return taken(file);
  const job: Job = { ...options, cli, installation, file, partial: `${file}.partial-${process.pid}` };
  const made = await undoneAtLast(
    () => dropPartial(job),
    async () => {
      try {
        dropLeftovers(file);
        return await makeBackup(job);
      } catch (fault) {
        return err(whyNot(file, fault));
      }
    },
  );
  if (!made.ok) return made;
  if (globals.json === true) cli.printJson([made.value]);
  else cli.terminal.write(showMade(made.value));
  if (made.value.faults.length > 0) cli.fail('data', '');
  return ok(undefined);
}

function dropPartial({ cli, partial }: Job): void {
  cli.terminal.progress('');
  for (const rest of ['', '-journal']) rmSync(partial + rest, { force: true });
}

/** Of processes that are gone. */
function dropLeftovers(file: string): void {
  const folder = path.dirname(path.resolve(file));
  for (const name of readdirSync(folder)) {
    const [begin, pid] = /^(.*)\.partial-(\d+)(?:-journal)?$/s.exec(name)?.slice(1) ?? [];
    if (begin === path.basename(file) && !isAlive(Number(pid))) rmSync(path.join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function taken(file: string): Told<never> {
  return mistake('cannot-create', `${file} is there already; --force replaces it`);
}

async function makeBackup(job: Job): Promise<Told<Made>> {
  const { copyDatabase, sizeOf, writeFacts } = await import('../store/backup.js');
  const { seal, syncFolderOf } = await import('./backup-file.js');
  const { cli, file, partial, installation } = job;
  const begun = performance.now();
  const createdAtMs = Date.now();
  const room = checkRoom(file, sizeOf(installation.storeFile));
  if (!room.ok) return room;
  closeSync(openSync(partial, 'wx', 0o600));
  await copyDatabase(installation.storeFile, partial, (done, total) => {
    cli.terminal.progress(progressBar(Math.round(done / 1e6), Math.round(total / 1e6), 'MB'));
  });
  const verified = await verifyWithBar(cli.terminal, partial);
  if (!verified.ok) return verified;
  const { faults, messages, movements } = verified.value;
  if (faults.length > 0 && job.despiteFaults !== true) return refuse(verified.value);
  const replyKey = readSigningKey(installation.dataDir) ?? '';
  const erasureKey = readKey(erasureKeyFile(installation.storeFile)) ?? '';
  writeFacts(partial, { createdAtMs, program: readVersion(), replyKey, erasureKey });
  const sealed = await seal(partial);
  const named = giveName(job);
  if (!named.ok) return named;
  syncFolderOf(file);
  const seconds = Math.round(performance.now() - begun) / 1000;
  return ok({ file, messages, movements, createdAt: new Date(createdAtMs).toISOString(), seconds, faults, ...sealed });
}

/** So that a disk is not filled for nothing. */
function checkRoom(file: string, neededBytes: number): Told<void> {
  const { bavail, bsize } = statfsSync(path.dirname(path.resolve(file)));
  const freeBytes = bavail * bsize;
  if (freeBytes > neededBytes) return ok(undefined);
  return mistake(
    'cannot-create',
    `${file}: the backup takes ${formatBytes(neededBytes)}, ${formatBytes(freeBytes)} are free; nothing was written`,
  );
}

function refuse({ checks }: VerifyReport): Told<never> {
  const wrong = checks.filter(({ faults }) => faults > 0).map(showCheck);
  return mistake(
    'data',
    `the copy has faults, so no backup was written; --despite-faults keeps it all the same\n${wrong.join('')}`,
  );
}

/** A link never replaces what somebody has put there meanwhile. */
function giveName({ file, partial, force }: Job): Told<void> {
  if (force === true) renameSync(partial, file);
  else {
    try {
      linkSync(partial, file);
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return taken(file);
      throw fault;
    }
  }
  return ok(undefined);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'it is larger than a file may be here',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  SQLITE_FULL: 'the disk is full',
};

function whyNot(file: string, fault: unknown): Mistake {
  const { code = '', message } = fault as { code?: string; message: string };
  const written = REASONS[code] ?? (/^(?:SQLITE_(?:IOERR|CANTOPEN)|E[A-Z]+$)/.test(code) ? message : null);
  if (written !== null) return { kind: 'cannot-create', text: `${file}: ${written}; no backup was written` };
  return { kind: 'data', text: `the database cannot be copied: ${message}; no backup was written` };
}

function showMade({ file, bytes, messages, createdAt, seconds, sha256, faults }: Made): string {
  const state = faults.length === 0 ? 'checked, all is right' : 'kept despite its faults:';
  const told = faults.map((sentence) => `  ✗ ${sentence}\n`);
  const facts = `${formatBytes(bytes)}, ${counted(messages, 'message')}, in ${seconds.toFixed(1)} s; ${state}`;
  return `${file}, as of ${createdAt}:\n  ${facts}\n${told.join('')}  SHA-256 ${sha256}\n`;
}
