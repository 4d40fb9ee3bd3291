// petitbleu restore FILE: the installation as the backup has it. The backup is unpacked beside the database, checked and made
// safe there, and takes its place by one rename at the end: until then nothing has changed, and what was there is kept under
// another name. What may have left since the backup is not sent again (store/restored.ts).

import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import { mistake, type Told } from '../control/protocol.js';
import { startControl } from '../control/server.js';
import { ok } from '../core/result.js';
import type { LoadedConfig } from '../config/load.js';
import { makeDataFolder } from '../data-folder.js';
import { startLog } from '../log.js';
import { storeOptions } from '../parts.js';
import { readSigningKey, writeSigningKey } from '../signing-key.js';
import { readKey, writeKey } from '../store/key-file.js';
import { erasureKeyFile } from '../store/pseudonyms.js';
import type { VerifyReport } from '../store-port.js';
import type { Cli } from './cli.js';
import type { Globals } from './globals.js';
import { undoneAtLast } from './interrupted.js';
import { readConfig } from './read-config.js';
import { counted } from './table.js';
import { progressBar } from './terminal.js';
import { showCheck, verifyWithBar } from './verify.js';

interface RestoreOptions {
  readonly resend?: boolean;
  readonly despiteFaults?: boolean;
}

interface Job extends RestoreOptions {
  readonly cli: Cli;
  readonly file: string;
  readonly loaded: LoadedConfig;
  /** The database in the making. */
  readonly staged: string;
  /** What puts everything back as it was, the last first; empty once the restored database is in its place. */
  readonly undo: (() => void)[];
}

interface Restored {
  readonly file: string;
  readonly takenAt: string;
  readonly messages: number;
  readonly movements: number;
  /** Messages that are in doubt because they may have left since. */
  readonly inDoubt: number;
  /** Messages that wait for a later hour. */
  readonly scheduled: number;
  /** Messages that leave at the next start. */
  readonly queued: number;
  /** What was there before. */
  readonly keptAs: string | null;
}

const STAGED = '.restoring-';

export function addRestoreCommand(cli: Cli): void {
  cli.program
    .command('restore <file>')
    .description('make the installation as it was in a backup; nothing that may have left since is sent again')
    .option('--resend', 'send what waited in the backup: nothing has left since it was taken')
    .option('--despite-faults', 'also where `petitbleu verify` finds faults in it')
    .addHelpText(
      'after',
      '\nExample:\n  petitbleu restore /var/backups/petitbleu-2026-11-24.backup --data /var/lib/petitbleu\n',
    )
    .action((file: string, options: RestoreOptions) => cli.act((globals) => restore(cli, globals, file, options)));
}

async function restore(cli: Cli, globals: Globals, file: string, options: RestoreOptions): Promise<Told<void>> {
  if (!existsSync(file)) return mistake('no-input', `${file}: there is no such file`);
  const loaded = readConfig(globals);
  if (!loaded.ok) return loaded;
  const { config } = loaded.value;
  const folder = makeDataFolder(config.dataDir);
  if (!folder.ok) return folder;
  // Held till the end: no daemon can start meanwhile.
  const lock = await startControl({ dataDir: config.dataDir, log: startLog({ ...config.log, isTerminal: false }) });
  if (!lock.ok) {
    const { kind, text } = lock.error;
    return mistake(kind, `${text}; stop it first (nothing was changed)`);
  }
  const restored = await undoingFaults(cli, file, loaded.value, options).finally(() => lock.value.stop());
  if (!restored.ok) return restored;
  if (globals.json === true) cli.printJson([restored.value]);
  else cli.terminal.write(showRestored(restored.value, options));
  return ok(undefined);
}

async function undoingFaults(
  cli: Cli,
  file: string,
  loaded: LoadedConfig,
  options: RestoreOptions,
): Promise<Told<Restored>> {
  const storeFile = loaded.config.store.file;
  const undo: (() => void)[] = [];
  const putBack = (): void => {
    cli.terminal.progress('');
    for (const back of undo.toReversed()) back();
    dropStaged(storeFile);
  };
  return undoneAtLast(putBack, async () => {
    try {
      dropStaged(storeFile);
      const staged = `${storeFile}${STAGED}${process.pid}`;
      return await putInPlace({ ...options, cli, file, loaded, staged, undo });
    } catch (fault) {
      const why = fault instanceof Error ? fault.message : String(fault);
      return mistake('cannot-create', `${storeFile} was not restored, nothing was changed: ${why}`);
    }
  });
}

/** Ours, and what a restore has left that was killed: while the lock is held there is no other. */
function dropStaged(storeFile: string): void {
  const folder = path.dirname(storeFile);
  if (!existsSync(folder)) return;
  const ours = path.basename(storeFile) + STAGED;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(ours)) rmSync(path.join(folder, name), { force: true });
  }
}

async function putInPlace(job: Job): Promise<Told<Restored>> {
  const { cli, file, staged, loaded } = job;
  const { config } = loaded;
  const [{ unseal, syncFolderOf }, { bringUp, takeFacts, setAside }] = await Promise.all([
    import('./backup-file.js'),
    import('../store/backup.js'),
  ]);
  mkdirSync(path.dirname(config.store.file), { recursive: true, mode: 0o700 });
  const unsealed = await unseal(file, staged, (done, total) => {
    cli.terminal.progress(progressBar(Math.round(done / 1e6), Math.round(total / 1e6), 'MB'));
  });
  if (!unsealed.ok) return mistake('data', `${unsealed.error}; nothing was changed`);
  const brought = bringUp(staged);
  if (!brought.ok) return mistake('data', `${file}: ${brought.error}; nothing was changed`);
  const facts = takeFacts(staged);
  // Before the database is opened: its hashes of erased numbers are worth nothing with another key.
  const keyFile = erasureKeyFile(config.store.file);
  const keyBefore = readKey(keyFile);
  if (keyBefore !== null) job.undo.push(() => writeKey(keyFile, keyBefore));
  if (facts.erasureKey !== '' && facts.erasureKey !== keyBefore) writeKey(keyFile, facts.erasureKey);
  const made = await makeSafe(job);
  if (!made.ok) return made;
  const keptAs = keep(config.store.file, setAside);
  renameSync(staged, config.store.file);
  job.undo.length = 0;
  syncFolderOf(config.store.file);
  if (facts.replyKey !== '' && facts.replyKey !== readSigningKey(config.dataDir))
    writeSigningKey(config.dataDir, facts.replyKey);
  return ok({ file, takenAt: new Date(facts.createdAtMs).toISOString(), ...made.value, keptAs });
}

/** Brought to the schema of this program, checked, and with nothing in it that could be sent twice. */
async function makeSafe({
  cli,
  staged,
  loaded,
  ...job
}: Job): Promise<Told<Omit<Restored, 'file' | 'takenAt' | 'keptAs'>>> {
  const { openStore } = await import('../store/store.js');
  const before = await verifyWithBar(cli.terminal, staged);
  if (!before.ok) return before;
  if (before.value.faults.length > 0 && job.despiteFaults !== true) return refuse(job.file, before.value);
  const { config, shares } = loaded;
  const store = await openStore({ file: staged, threads: false, ...storeOptions(config, shares) });
  let inDoubt = 0;
  try {
    const queue = await store.queue();
    const waiting = Object.values(queue.states).reduce((sum, count) => sum + count, 0);
    const nowMs = Date.now();
    for (let held = -1; job.resend !== true && held !== 0; inDoubt += held) {
      cli.terminal.progress(progressBar(inDoubt, Math.max(waiting, inDoubt), 'messages held'));
      held = await store.holdRestored(nowMs);
    }
    const { states } = await store.queue();
    const { messages, movements } = before.value;
    return ok({ messages, movements, inDoubt, scheduled: states['scheduled'] ?? 0, queued: states['queued'] ?? 0 });
  } finally {
    await store.stop();
  }
}

function refuse(file: string, { checks }: VerifyReport): Told<never> {
  const wrong = checks.filter(({ faults }) => faults > 0).map(showCheck);
  return mistake('data', `${file} has faults, nothing was changed; --despite-faults restores it\n${wrong.join('')}`);
}

/** What is there stays, under a name with the instant; a link, so that there is a database at any time. */
function keep(storeFile: string, setAside: (file: string) => void): string | null {
  if (!existsSync(storeFile)) return null;
  setAside(storeFile);
  const name = `${storeFile}.before-restore-${new Date().toISOString().replace(/[-:.]/g, '')}`;
  // A database that could not be closed keeps its log beside it.
  for (const rest of ['-wal', '-shm']) if (existsSync(storeFile + rest)) renameSync(storeFile + rest, name + rest);
  linkSync(storeFile, name);
  return name;
}

function showRestored(restored: Restored, { resend }: RestoreOptions): string {
  const { file, takenAt, messages, inDoubt, scheduled, queued, keptAs } = restored;
  const held = `${counted(inDoubt, 'message')} that may have left since will not be sent again.`;
  const lines = [
    `Restored from ${file}, as of ${takenAt}: ${counted(messages, 'message')}.`,
    ...(keptAs === null ? [] : [`What was there before is kept: ${keptAs}`]),
    ...(resend === true ? [`${counted(queued, 'message')} will leave at the next start.`] : [held]),
    ...(inDoubt === 0 ? [] : IN_DOUBT),
    ...(scheduled === 0 ? [] : [`${counted(scheduled, 'message')} for a later hour will leave then.`, ...LATER]),
    ...LOST,
    'Now: petitbleu start, and petitbleu doctor.',
  ];
  return `${lines.join('\n')}\n`;
}

const IN_DOUBT = [
  '  petitbleu messages --state unknown       shows them; ask the carrier, then',
  '  petitbleu queue settle ID delivered      says how one ended, or refused: credit returns',
];
const LATER = [
  '  What was cancelled since the backup leaves all the same, unless it is',
  '  cancelled again: petitbleu queue, petitbleu queue cancel ID',
];
const LOST = [
  'Lost is what came after the backup: orders, credit, receipts, replies, changes',
  '  of accounts, and the keys by which a mail that comes twice is found out.',
];
