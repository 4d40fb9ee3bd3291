// The file of the database in trouble below SQLite: it cannot be written any more while the daemon runs (root only), and a
// page of it is overwritten, while the daemon is stopped and while it runs. Nothing gets a 250 that is not kept; what
// needs nothing of the broken page goes on; the daemon finds it by itself and tells it once; `verify` names it.

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { verifyFile } from '../../../src/store/verify.js';
import { eventually } from '../../support/eventually.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

const MAILS = 10;
const PAGE = 4096;

function immutable(sign: '+' | '-', files: readonly string[]): void {
  execFileSync('chattr', [`${sign}i`, ...files], { stdio: 'ignore' });
}

const READ_ONLY: Scenario = {
  ...{ name: 'database-read-only', what: 'the database cannot be written any more, then can' },
  ...{ runs: { full: 10, quick: 1 }, perWorld: 2 },
  async disturb(world) {
    await world.stream.offer(world.daemon.port, MAILS);
    const [from, files] = [world.stream.sent.length, [world.database, `${world.database}-wal`]];
    immutable('+', files);
    try {
      await world.stream.offer(world.daemon.port, MAILS);
    } finally {
      immutable('-', files);
    }
    const answers = world.stream.sent.slice(from).map(({ told }) => String(told.at(-1)));
    if (answers.some((answer) => answer !== '451')) throw new Error(`answered ${answers.join(', ')}`);
  },
};

/** Of a table that no mail of these worlds asks for. */
function pageOf(world: World): number {
  const [found] = world.query<{ rootpage: number }>(`select rootpage from sqlite_schema where name = 'api_keys'`);
  return found?.rootpage ?? 0;
}

/** Gives what stood there. */
function overwrite(file: string, page: number, octets: Buffer): Buffer {
  const before = Buffer.alloc(PAGE);
  const handle = openSync(file, 'r+');
  readSync(handle, before, 0, PAGE, (page - 1) * PAGE);
  writeSync(handle, octets, 0, PAGE, (page - 1) * PAGE);
  closeSync(handle);
  return before;
}

async function goesOn(world: World): Promise<void> {
  if (!(await world.stream.offer(world.daemon.port, MAILS))) throw new Error('a mail on healthy pages was not taken');
  const { faults } = verifyFile(world.database);
  const named = faults.some((fault) => /^integrity: .*page/.test(fault) && !fault.includes('\n'));
  if (!named) throw new Error(`petitbleu verify does not name the page: ${JSON.stringify(faults)}`);
}

const alarms = ({ logFile }: World): number =>
  readFileSync(logFile, 'utf8').split('"trouble":"store-damaged"').length - 1;

const DAMAGED: Scenario = {
  ...{ name: 'database-damaged', what: 'a page of the database is overwritten, stopped and running' },
  ...{ runs: { full: 10, quick: 1 }, perWorld: 2 },
  async disturb(world) {
    const page = pageOf(world);
    const told = alarms(world);
    await world.stop();
    const before = overwrite(world.database, page, Buffer.alloc(PAGE, 0x5a));
    try {
      await world.start();
      await goesOn(world);
      await eventually('the alarm', () => alarms(world) === told + 1, 30_000);
      overwrite(world.database, page, before);
      await world.stop();
      await world.start();
      overwrite(world.database, page, Buffer.alloc(PAGE, 0x5a));
      await goesOn(world);
    } finally {
      await world.stop();
      overwrite(world.database, page, before);
    }
    if (alarms(world) > told + 2) throw new Error(`${alarms(world) - told} alarms`);
  },
};

/** Whether a file that is open can be made unwritable here. */
function canForbid(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-immutable-'));
  const file = path.join(folder, 'file');
  const handle = openSync(file, 'w');
  try {
    immutable('+', [file]);
    writeSync(handle, 'x');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  } finally {
    closeSync(handle);
    try {
      immutable('-', [file]);
    } catch {
      // Not here: it never was.
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

const hasImmutable = canForbid();
if (!hasImmutable) process.stderr.write('database-read-only is skipped: chattr +i does not hold here (root, ext4)\n');

export const DAMAGES: readonly Scenario[] = hasImmutable ? [READ_ONLY, DAMAGED] : [DAMAGED];
