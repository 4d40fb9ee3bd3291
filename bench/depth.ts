// `npm run bench:depth [-- ROUNDS]`: an empty queue, 100,000 and a million messages, each with 10,000 accounts: the store,
// side by side; then the built daemon; then what it sends to a local SMSC beside the npm client `smpp`. Says which goals were
// reached, and writes results/depth.json and docs/performance-depth.svg. Everything else that it makes it removes.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { verifyFile } from '../src/store/verify.js';
import { killDaemons, measureDaemon, WINDOW, type DaemonFigures } from './depth-daemon.js';
import { fillStore } from './depth-fill.js';
import { plotOf } from './depth-plot.js';
import { acceptRate, bigOrder, claimRate, openDeep, turnOfNewcomer, type DeepStore } from './depth-store.js';
import { ROOT } from './root.js';
import { runQueue } from './smpp-queue.js';
import { CARRIER, runPlainClient, startSmsc } from './smpp-senders.js';
import { ratiosOf, spreadOf } from './statistics.js';

const DEPTHS = [0, 100_000, 1_000_000];
const ACCOUNTS = 10_000;
const SCHEDULED_OF_TEN = 2;
const ROUNDS = 5;
const WINDOWS = [1, 10, 100, 1000];
const MESSAGES = { alone: 500, usual: 5_000 };

interface Depth {
  readonly messages: number;
  readonly folder: string;
}

interface Goal {
  readonly what: string;
  readonly value: number;
  readonly reached: boolean;
}

const least = (what: string, value: number, bound: number): Goal => ({ what, value, reached: value >= bound });
const most = (what: string, value: number, bound: number): Goal => ({ what, value, reached: value <= bound });
const medianOf = (figures: readonly number[]) => spreadOf(figures)?.median ?? Number.NaN;

async function main(rounds: number): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'petitbleu-depth-'));
  const smsc = await startSmsc();
  try {
    const depths = DEPTHS.map((messages) => ({ messages, folder: path.join(folder, String(messages)) }));
    for (const depth of depths) await fill(depth);
    const daemons: DaemonFigures[] = [];
    for (const { folder: data, messages } of depths) {
      say(`daemon, ${messages} messages`);
      daemons.push(await measureDaemon(data, smsc.port, messages > 0));
    }
    const store = await measureStores(depths, rounds);
    const dispatch = await measureDispatch(smsc.port, rounds);
    report({ daemons, store, dispatch, rounds });
  } finally {
    killDaemons();
    smsc.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill({ folder, messages }: Depth): Promise<void> {
  say(`filling: ${messages} messages`);
  mkdirSync(folder, { mode: 0o700 });
  const file = path.join(folder, 'petitbleu.db');
  await fillStore({
    ...{ file, accounts: ACCOUNTS, messages, scheduledOfTen: SCHEDULED_OF_TEN },
    ...{ carrier: CARRIER, codeHash: 'none' },
  });
  // Once is enough to know that what is measured is what the program itself writes.
  const { faults } = messages === DEPTHS[1] ? verifyFile(file) : { faults: [] };
  if (faults.length > 0) throw new Error(`the filled database is wrong: ${faults.slice(0, 3).join('; ')}`);
}

async function measureStores(depths: readonly Depth[], rounds: number) {
  say('stores');
  const stores: DeepStore[] = [];
  for (const { folder } of depths) stores.push(await openDeep(path.join(folder, 'petitbleu.db')));
  const accepts = stores.map((): number[] => []);
  const claims = stores.map((): number[] => []);
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const turn = [...stores.entries()];
      for (const [index, store] of round % 2 === 0 ? turn : turn.toReversed()) {
        const [accepted, claimed] = [await acceptRate(store), await claimRate(store)];
        if (round > 0) accepts[index]?.push(accepted);
        if (round > 0) claims[index]?.push(claimed);
      }
    }
    const deepest = stores.at(-1);
    if (!deepest) throw new Error('there is no depth');
    const recipients100 = await bigOrder(deepest, 100);
    const recipients10000 = await bigOrder(deepest, 10_000);
    const newcomer = await turnOfNewcomer(deepest, 2 * ACCOUNTS);
    return { accepts, claims, recipients100, recipients10000, newcomer };
  } finally {
    for (const { store } of stores) await store.stop();
  }
}

async function measureDispatch(port: number, rounds: number) {
  const rows = WINDOWS.map((window) => ({ window, npm: [] as number[], queue: [] as number[] }));
  for (let round = 0; round <= rounds; round += 1) {
    say(`dispatch, round ${round} of ${rounds}`);
    for (const { window, npm, queue } of rows) {
      const run = { port, window, messages: window === 1 ? MESSAGES.alone : MESSAGES.usual };
      const contest = [() => runPlainClient(run), () => runQueue(run)];
      const figures = [0, 0];
      for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) figures[which] = (await contest[which]?.()) ?? Number.NaN;
      if (round > 0) npm.push(figures[0] ?? Number.NaN);
      if (round > 0) queue.push(figures[1] ?? Number.NaN);
    }
  }
  return rows;
}

interface Measured {
  readonly daemons: readonly DaemonFigures[];
  readonly store: Awaited<ReturnType<typeof measureStores>>;
  readonly dispatch: Awaited<ReturnType<typeof measureDispatch>>;
  readonly rounds: number;
}

function report({ daemons, store, dispatch, rounds }: Measured): void {
  const depths = DEPTHS.map((messages, index) => ({
    messages,
    acceptsPerSecond: medianOf(store.accepts[index] ?? []),
    acceptRatio: medianOf(ratiosOf(store.accepts[index] ?? [], store.accepts[0] ?? [])),
    claimsPerSecond: medianOf(store.claims[index] ?? []),
    claimRatio: medianOf(ratiosOf(store.claims[index] ?? [], store.claims[0] ?? [])),
    ...daemons[index],
  }));
  const windows = dispatch.map(({ window, npm, queue }) => ({
    ...{ window, npmPerSecond: medianOf(npm), queuePerSecond: medianOf(queue), ratio: medianOf(ratiosOf(queue, npm)) },
  }));
  const bigOrders = { of100: store.recipients100, of10000: store.recipients10000 };
  const goals = goalsOf(depths, windows);
  const machine = {
    cores: os.availableParallelism(),
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
  };
  const measuredAt = new Date().toISOString().slice(0, 10);
  const newcomerWaitsFor = store.newcomer;
  const result = {
    measuredAt,
    machine,
    rounds,
    accounts: ACCOUNTS,
    depths,
    windows,
    bigOrders,
    newcomerWaitsFor,
    goals,
  };
  writeFileSync(`${ROOT}bench/results/depth.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${ROOT}docs/performance-depth.svg`, plotOf(depths));
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n\n${goals.map(lineOf).join('\n')}\n`);
}

interface DepthRow extends Partial<DaemonFigures> {
  readonly acceptRatio: number;
  readonly claimRatio: number;
}

function goalsOf(depths: readonly DepthRow[], windows: readonly { window: number; ratio: number }[]): Goal[] {
  const deepest = depths.at(-1);
  const waits = Object.entries(deepest?.waits ?? {});
  const idleMs = deepest?.waits?.['none'] ?? 0;
  const none = Number.NaN;
  return [
    least('a million: orders accepted, of those with an empty queue (0.8)', deepest?.acceptRatio ?? none, 0.8),
    least('a million: messages claimed, of those with an empty queue (0.8)', deepest?.claimRatio ?? none, 0.8),
    most('a million: ready after the start, ms (1,000)', deepest?.readyMs ?? none, 1000),
    most('a million: ready after a kill with a large WAL, ms (2,000)', deepest?.readyAfterKillMs ?? none, 2000),
    most('a million: most memory (VmHWM), MB (300)', deepest?.peakMegabytes ?? none, 300),
    most('in doubt after a kill, messages (one window)', deepest?.inDoubt ?? none, WINDOW),
    ...waits
      .filter(([command]) => command !== 'none')
      .map(([command, ms]) => most(`${command}: clients wait longer than without it, ms (50)`, ms - idleMs, 50)),
    least(
      'queue to the SMSC at window 100, of the npm client (0.6)',
      windows.find(({ window }) => window === 100)?.ratio ?? none,
      0.6,
    ),
  ];
}

function lineOf({ what, value, reached }: Goal): string {
  return `${reached ? 'reached    ' : 'NOT REACHED'}  ${value.toFixed(2).padStart(10)}  ${what}`;
}

function say(what: string): void {
  process.stderr.write(`${what}\n`);
}

await main(Math.max(1, Number(process.argv[2] ?? ROUNDS)));
