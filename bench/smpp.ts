// `npm run bench:smpp [ROUNDS]`: how many messages a second go to a local SMSC, with the client of the npm package `smpp`
// and with our carrier, at several windows; and, for information, with the whole durable queue before the carrier. All send
// to one process, in turn, in each round; the first round warms up and does not count. Judges nothing.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { rowsOf, tableOf, writeResult, type Series } from './report.js';
import { runQueue } from './smpp-queue.js';
import { runCarrier, runPlainClient, type Run } from './smpp-senders.js';

const WINDOWS = [1, 10, 100, 1000];
const QUEUE_WINDOW = 100;
const MESSAGES = 20_000;
/** One after the other is slow. */
const MESSAGES_ALONE = 5_000;
/** Each number once: the store refuses the same text to the same number. */
const MESSAGES_QUEUED = 10_000;
const ROUNDS = 7;

interface Contest {
  readonly what: string;
  readonly window: number;
  readonly messages: number;
  readonly run: (run: Run) => Promise<number>;
}

const CONTESTS: readonly Contest[] = WINDOWS.flatMap((window) => {
  const messages = window === 1 ? MESSAGES_ALONE : MESSAGES;
  const queue = { what: 'store, carrier, outcome (durable)', window, messages: MESSAGES_QUEUED, run: runQueue };
  return [
    { what: 'npm smpp client', window, messages, run: runPlainClient },
    { what: 'carrier smpp', window, messages, run: runCarrier },
    ...(window === QUEUE_WINDOW ? [queue] : []),
  ];
});

async function main(rounds: number): Promise<void> {
  const smsc = await startSmsc();
  const figures = new Map<Contest, number[]>();
  try {
    for (let round = 0; round <= rounds; round += 1) {
      // Who goes first changes, so that nobody always has the cold or the crowded machine.
      for (const contest of round % 2 === 0 ? CONTESTS : CONTESTS.toReversed()) {
        const { window, messages } = contest;
        const perSecond = await contest.run({ port: smsc.port, window, messages });
        if (round > 0) figures.set(contest, [...(figures.get(contest) ?? []), perSecond]);
      }
      process.stderr.write(round === 0 ? 'warm\n' : `round ${round} of ${rounds}\n`);
    }
  } finally {
    smsc.stop();
  }
  const series: Series[] = CONTESTS.map((contest) => ({ ...contest, rounds: figures.get(contest) ?? [] }));
  const rows = rowsOf(series);
  process.stdout.write(tableOf(rows));
  const messages = { usual: MESSAGES, atWindow1: MESSAGES_ALONE, queued: MESSAGES_QUEUED };
  writeResult('smpp', { rounds, messages }, rows);
}

function startSmsc(): Promise<{ port: number; stop: () => void }> {
  const program = fileURLToPath(new URL('smpp-smsc.js', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (line: Buffer) => resolve({ port: Number(line), stop: () => child.stdin.end() }));
  });
}

await main(Math.max(1, Number(process.argv[2] ?? ROUNDS)));
