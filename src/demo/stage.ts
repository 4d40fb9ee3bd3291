// Where the demo plays: a daemon in this process on a free port, with everything in a temporary folder, an account, and
// a clock that can be moved on. Takes nothing of the machine's configuration; leaves nothing behind.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { PHONE_FILE } from '../carriers/create.js';
import { readPhone, type PhoneEntry } from '../carriers/phone.js';
import { withOperations, type Call } from '../cli/session.js';
import { systemClock } from '../clock.js';
import { err, ok, type Result } from '../core/result.js';
import { startDaemon } from '../main.js';
import type { Clock } from '../ports.js';
import { DEMO } from './examples.js';

const CONFIGURATION = `
mail:
  domains: [${DEMO.domain}]
  smtp:
    listen: ["127.0.0.1:0"]
defaults: {lang: en, zone: ${DEMO.zone}, country: FR, long: on}
carriers:
  simulator: {latencyMs: 20, receiptDelayMs: 200}
# The clock is moved on by months, and what is shown at the end must still be there.
retention: {textDays: 3650, recordDays: 3650, noticeDays: 3650}
log: {level: error}
`;

export interface Stage {
  readonly port: number;
  readonly clock: Clock;
  readonly call: Call;
  /** From now on it is so much later; who waits for a date is woken. */
  moveClock(byMs: number): Promise<void>;
  /** What the (simulated) phones show. */
  readonly phone: () => Promise<readonly PhoneEntry[]>;
  /** The mails to the account, oldest first, as they were written. */
  readonly outbox: () => Promise<readonly Buffer[]>;
}

/** Sets the stage, lets `play` run on it and clears it away. The error is a sentence. */
export async function onStage<T>(play: (stage: Stage) => Promise<T>): Promise<Result<T, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'petitbleu-demo-'));
  try {
    return await withDaemon(folder, play);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withDaemon<T>(folder: string, play: (stage: Stage) => Promise<T>): Promise<Result<T, string>> {
  const file = path.join(folder, 'petitbleu.yaml');
  await writeFile(file, CONFIGURATION);
  const real = systemClock();
  let aheadMs = 0;
  const clock: Clock = { ...real, now: () => real.now() + aheadMs };
  const started = await startDaemon({ file, dataDir: folder, env: {}, clock });
  if (!started.ok) return err(started.error.text);
  const daemon = started.value;
  try {
    let played: Result<T, string> = err('the demo was not played');
    const done = await withOperations({ data: folder }, false, async (call) => {
      const moveClock = async (byMs: number): Promise<void> => {
        aheadMs += byMs;
        // Timers were set by the old time; any operation makes the daemon look at the clock again.
        await call('queue.list', {});
      };
      const port = daemon.addresses[0]?.port ?? 0;
      const phone = () => readPhones(path.join(folder, PHONE_FILE), clock);
      const outbox = () => readOutbox(daemon.config.mail.out.folder);
      played = ok(await play({ port, clock, call, moveClock, phone, outbox }));
      return ok(undefined);
    });
    return done.ok ? played : err(done.error.text);
  } finally {
    await daemon.stop();
  }
}

async function readPhones(file: string, clock: Clock): Promise<PhoneEntry[]> {
  const entries: PhoneEntry[] = [];
  for await (const entry of readPhone(file, { follow: false, clock })) entries.push(entry);
  return entries;
}

async function readOutbox(folder: string): Promise<Buffer[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  return Promise.all(names.sort().map((name) => readFile(path.join(folder, name))));
}
