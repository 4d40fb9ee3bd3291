// One byte of the database is another one, as a broken disk or memory makes it: in a page of the orders, messages, ledger or
// of an index, before a start or while the daemon runs under load. Nothing may be sent twice because of it, and where the
// books or the order of sending have suffered, `petitbleu verify` must say so. Such a database is not mended but restored: it
// is judged as it lies there. What SQLite cannot see is a byte within a value that makes another right value of it.

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import Database from 'better-sqlite3';

import { verifyFile } from '../../../src/store/verify.js';
import { check } from '../checker.js';
import { repeatedFindings } from '../checks/carriage.js';
import { groupBy } from '../checks/books.js';
import { wrong, type Finding } from '../checks/finding.js';
import type { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import { Stuck, type World } from '../world.js';

const PAGE = 4096;
const TABLES = ['orders', 'messages', 'movements', 'accounts', 'parts', 'notices'];
/** Of a page that is not the first of the file, and a leaf. */
const HEAD = 8;
const MAILS = 40;
const FLOW_MS = 1000;

/** What verify says of a byte that changes nothing but a text, a number or an instant: nothing. */
const OF_VALUES = ['lost', 'wrong'];

interface Flip {
  /** A table or an index. */
  readonly name: string;
  readonly page: number;
  readonly at: number;
}

/** Of the worlds under way. */
const flips = new WeakMap<World, Flip>();

interface PageOf {
  readonly name: string;
  readonly page: number;
  readonly cells: number;
  /** Between the pointers to the cells, which begin the page, and the cells, which end it. */
  readonly unused: number;
}

/** An octet that is read: any index is as likely as any of the tables that count. The daemon is stopped. */
function choose({ database, random }: World): Flip {
  const reader = new Database(database, { readonly: true });
  const statement = reader.prepare(
    `select name, pageno as page, ncell as cells, unused from dbstat
       where ncell > 0 and pagetype in ('leaf', 'internal') and (name in (${TABLES.map(() => '?').join(', ')})
         or name in (select name from sqlite_schema where type = 'index'))`,
  );
  const pages = statement.all(...TABLES) as PageOf[];
  reader.close();
  const { name } = one(random, one(random, groups(pages)));
  const { page, cells, unused } = one(
    random,
    pages.filter((some) => some.name === name),
  );
  const at = random.int(0, PAGE - unused - 1);
  const pointersEnd = HEAD + 2 * cells;
  return { name, page, at: at < pointersEnd ? at : at + unused };
}

function groups(pages: readonly PageOf[]): PageOf[][] {
  return [...groupBy(pages, ({ name }) => name).values()];
}

function one<T>(random: Random, some: readonly T[]): T {
  const found = some[random.int(0, some.length - 1)];
  if (found === undefined) throw new Stuck('there is nothing to choose from');
  return found;
}

/** One bit. */
function flip(world: World, chosen: Flip): void {
  const { page, at } = chosen;
  flips.set(world, chosen);
  const octet = Buffer.alloc(1);
  const handle = openSync(world.database, 'r+');
  const offset = (page - 1) * PAGE + at;
  readSync(handle, octet, 0, 1, offset);
  octet[0] = (octet[0] ?? 0) ^ (1 << world.random.int(0, 7));
  writeSync(handle, octet, 0, 1, offset);
  closeSync(handle);
}

/** Messages in all states, many of them queued: the carrier takes its time. Then the daemon is stopped. */
async function fill(world: World): Promise<Flip> {
  await world.stream.offer(world.daemon.port, MAILS);
  await world.settle();
  await world.carrier.behave({ latencyMs: 1000 });
  await world.stream.offer(world.daemon.port, MAILS);
  await world.stop();
  await world.carrier.behave({});
  return choose(world);
}

/** It may refuse to start, and it may refuse every mail. */
async function runOn(world: World): Promise<void> {
  world.flow();
  await pause(FLOW_MS);
  await world.stream.stop();
}

async function beforeStart(world: World): Promise<void> {
  flip(world, await fill(world));
  try {
    await world.start();
    await runOn(world);
    await world.stop();
  } catch {
    await world.daemon.kill();
  }
}

async function whileRunning(world: World): Promise<void> {
  const chosen = await fill(world);
  await world.start();
  world.flow();
  await pause(world.random.int(0, 300));
  flip(world, chosen);
  await runOn(world);
  await world.stop();
}

/** The daemon is dead. */
function judge(world: World): Finding[] {
  if (world.daemon.isAlive) throw new Stuck('the daemon runs');
  const { name, page, at } = flips.get(world) ?? { name: '', page: 0, at: 0 };
  const where = `a byte of ${name} (page ${page}, octet ${at})`;
  const twice = repeatedFindings(world.carrier.taken).map((one) => ({ ...one, text: `${where}: ${one.text}` }));
  if (told(world)) return twice;
  const isIndex = !TABLES.includes(name);
  const rest = check(world, { final: false }).findings.filter(({ kind }) => isIndex || !OF_VALUES.includes(kind));
  return [...twice, ...rest.map(({ text }) => wrong(`${where}, and petitbleu verify says nothing: ${text}`))];
}

function told({ database }: World): boolean {
  try {
    return verifyFile(database).faults.length > 0;
  } catch {
    return true;
  }
}

export const FLIPPED_BYTES: readonly Scenario[] = [
  { name: 'before-start', what: 'before a start', quick: 1, disturb: beforeStart },
  { name: 'running', what: 'while it runs', quick: 0, disturb: whileRunning },
].map(({ name, what, quick, disturb }) => ({
  ...{ name: `flipped-${name}`, what: `one bit of the database is another, ${what}`, disturb, judge },
  ...{ runs: { full: 60, quick }, perWorld: 1 },
}));
