// The store in trouble: its disk full (a small tmpfs; root only), its file locked by another program. Mails are answered
// 452 or 451 and never 250, the log tells it once, and all goes on by itself afterwards.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';

import type { Scenario } from '../scenario.js';
import { Stuck, type World } from '../world.js';

const MAILS = 10;
const DISK = '24m';

/** The last answers to what was sent since then. */
function answersSince(world: World, index: number): string[] {
  return world.stream.sent.slice(index).map(({ told }) => String(told.at(-1)));
}

function alarms(world: World, trouble: string): number {
  return readFileSync(world.logFile, 'utf8').split(`"trouble":"${trouble}"`).length - 1;
}

/** Mails are refused with `code` and no other, and the alarm is one. */
async function refuses(world: World, code: number, trouble: string): Promise<void> {
  const [from, before] = [world.stream.sent.length, alarms(world, trouble)];
  await world.stream.offer(world.daemon.port, MAILS);
  const answers = answersSince(world, from);
  if (answers.some((answer) => answer !== String(code))) throw new Error(`answered ${answers.join(', ')}`);
  const told = alarms(world, trouble) - before;
  if (told !== 1) throw new Error(`${told} alarms of ${trouble} for ${MAILS} mails`);
}

function copy(from: string, to: string): void {
  execFileSync('cp', ['-a', `${from}/.`, to]);
}

/** The data folder is on a small disk of its own while `act` runs. */
async function onSmallDisk(world: World, act: () => Promise<void>): Promise<void> {
  await world.stop();
  const kept = mkdtempSync(path.join(tmpdir(), 'petitbleu-disk-'));
  copy(world.data, kept);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=700`, 'none', world.data]);
  try {
    copy(kept, world.data);
    await world.start();
    await act();
    await world.stop();
    rmSync(kept, { recursive: true });
    copy(world.data, kept);
  } finally {
    await world.daemon.kill();
    execFileSync('umount', [world.data]);
  }
  rmSync(world.data, { recursive: true });
  copy(kept, world.data);
  rmSync(kept, { recursive: true });
}

/** To the last octet. */
function fill(file: string): void {
  for (const octets of [65_536, 64]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(octets), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

const DISK_FULL: Scenario = {
  ...{
    name: 'disk-full',
    what: 'the disk of the data is full, then is not',
    runs: { full: 10, quick: 1 },
    perWorld: 2,
  },
  disturb: (world) =>
    onSmallDisk(world, async () => {
      await world.stream.offer(world.daemon.port, MAILS);
      const ballast = path.join(world.data, 'ballast');
      fill(ballast);
      // The WAL may have room left in what it has been.
      for (let tries = 0; tries < 50; tries += 1) if (!(await world.stream.offer(world.daemon.port, 5))) break;
      const from = world.stream.sent.length;
      await world.stream.offer(world.daemon.port, MAILS);
      if (!answersSince(world, from).includes('452')) throw new Stuck('the disk did not fill');
      if (alarms(world, 'disk-full') > 2) throw new Error(`${alarms(world, 'disk-full')} alarms`);
      rmSync(ballast);
      await world.settle();
    }),
};

const LOCKED: Scenario = {
  ...{ name: 'database-locked', what: 'another program holds the database', runs: { full: 10, quick: 1 }, perWorld: 2 },
  async disturb(world) {
    const other = new Database(world.database, { timeout: 10_000 });
    try {
      other.exec('BEGIN EXCLUSIVE');
      await refuses(world, 451, 'store-busy');
    } finally {
      other.close();
    }
  },
};

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write('disk-full is skipped: only root may mount a small disk\n');

export const STORES: readonly Scenario[] = isRoot ? [DISK_FULL, LOCKED] : [LOCKED];
