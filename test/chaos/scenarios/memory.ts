// The daemon as docs/guide-admin.md sets it up for a small machine, and mails of nearly 10 MB over 20 sessions at once beside
// normal ones. It may put the large ones off (452), never the normal ones, and its memory has a bound: what the kernel says
// that it was at most (VmHWM). A limit by cgroup would need rights that containers and CI seldom give.

import { existsSync, readFileSync } from 'node:fs';

import { converse } from '../attack/strangers.js';
import { DOMAIN, POOR } from '../mails.js';
import type { Scenario } from '../scenario.js';
import { Stuck, type World } from '../world.js';

const SESSIONS = 20;
const ROUNDS = 2;
const LARGE_BYTES = 9_900_000;
const MOST_MB = 256;

/** As in docs/guide-admin.md, "A small machine". */
const SMALL_MACHINE = {
  PETITBLEU__mail__smtp__limits__memory: '10MB',
  PETITBLEU__mail__parse__workers: '1',
  NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=64',
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

function largeMail(): Buffer {
  const line = `${'QUJD'.repeat(19)}\r\n`;
  const head = [
    ...[`From: <${POOR}>`, 'Subject: 0684840000', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', ''],
    ...['--b', '', 'Bonjour', '--b', 'Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', ''],
  ].join('\r\n');
  return Buffer.from(`${head}${line.repeat(LARGE_BYTES / line.length)}--b--\r\n.\r\n`);
}

/** The answers to so many of them; who sends them has no credit. */
async function sendLarge({ daemon, codes }: World): Promise<string[]> {
  const mail = largeMail();
  const envelope = [`MAIL FROM:<${POOR}>\r\n`, `RCPT TO:<sms.${codes[POOR] ?? ''}@${DOMAIN}>\r\n`, 'DATA\r\n'];
  const session = async (): Promise<string[]> => {
    const answers: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      answers.push(await converse({ port: daemon.port }, ['EHLO x\r\n', ...envelope, mail]));
    }
    return answers;
  };
  return (await Promise.all(Array.from({ length: SESSIONS }, session))).flat();
}

function peakMb({ daemon }: World): number {
  const status = readFileSync(`/proc/${daemon.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

const SMALL: Scenario = {
  ...{ name: 'memory', what: `mails of 10 MB over ${SESSIONS} sessions, at most ${MOST_MB} MB of memory` },
  runs: { full: 5, quick: 1 },
  world: { env: SMALL_MACHINE },
  async disturb(world) {
    const from = world.stream.sent.length;
    world.flow(2);
    const answers = await sendLarge(world);
    if (!world.daemon.isAlive) throw new Error('the daemon has ended');
    const peak = Math.round(peakMb(world));
    await world.stream.stop();
    const strange = answers.find((answer) => !/^(?:250|452) /.test(answer));
    if (strange !== undefined) throw new Error(`a large mail was answered: ${strange.slice(0, 100)}`);
    if (!answers.some((answer) => answer.startsWith('452'))) throw new Stuck('every large mail had room');
    const refused = world.stream.sent.slice(from).filter(({ told }) => told.at(-1) !== 250).length;
    if (refused > 0) throw new Error(`${refused} normal mails were not taken beside the large ones`);
    if (peak > MOST_MB) throw new Error(`the daemon held ${peak} MB, at most ${MOST_MB} MB may be`);
    process.stderr.write(`memory: ${peak} MB at most\n`);
  },
};

export const MEMORY: readonly Scenario[] = existsSync('/proc/self/status') ? [SMALL] : [];
