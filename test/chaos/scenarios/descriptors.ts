// A daemon that may have 64 files and sockets open, and 200 clients at once: those that have no place are cut or told to
// come back. Meanwhile it shall read its configuration, replace threads of its parser, send mails and reach its carrier;
// each may fail for now, none may end it. Nobody who got a 250 is forgotten, and all goes on by itself afterwards.
// And one that may have 400 from its start: it lets in fewer than it was told to, and each of the others is told.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../../support/eventually.js';
import { BOMBS, bombMail } from '../attack/bombs.js';
import { converse } from '../attack/strangers.js';
import { DOMAIN } from '../mails.js';
import type { Scenario } from '../scenario.js';
import { SmtpSession, type Told } from '../smtp.js';
import { Stuck, type World } from '../world.js';

const MOST_OPEN = 64;
const CLIENTS = 200;
const RELOADS = 5;
const EVERY_MS = 200;
const BOMBS_WITHIN_MS = 3000;

/** It takes each place that becomes free, for as long as `act` takes. */
async function besideCrowd({ daemon }: World, act: () => Promise<void>): Promise<void> {
  const sessions = Array.from({ length: CLIENTS }, () => new SmtpSession(daemon.port));
  const answers = await Promise.all(sessions.map((session) => session.greet()));
  if (answers.every(Boolean)) throw new Stuck('every client was let in: nothing ran out');
  await act();
  for (const session of sessions) session.end();
}

async function reloadOften(world: World): Promise<void> {
  for (let time = 0; time < RELOADS; time += 1) {
    world.daemon.signal('SIGHUP');
    // The control socket may have no place either.
    await Promise.race([world.command('carriers').catch(() => undefined), pause(EVERY_MS)]);
  }
}

/** Mails that cost a thread. */
async function throwBombs({ daemon }: World): Promise<void> {
  const from = 'a@stranger.example';
  const envelope = `EHLO x\r\nMAIL FROM:<${from}>\r\nRCPT TO:<sms.NOTTHECODE@${DOMAIN}>\r\nDATA\r\n`;
  for (const bomb of BOMBS) {
    const mail = Buffer.concat([bombMail(bomb, from, '0612345678'), Buffer.from('\r\n.\r\n')]);
    await converse({ port: daemon.port }, [...envelope.split(/(?<=\n)/), mail]);
  }
}

const DESCRIPTORS_64: Scenario = {
  ...{ name: 'descriptors', what: `${CLIENTS} clients at once, ${MOST_OPEN} files and sockets may be open` },
  runs: { full: 10, quick: 1 },
  perWorld: 5,
  async disturb(world) {
    // While it starts, Node has hundreds of modules open at once: the limit comes after that.
    execFileSync('prlimit', ['--pid', String(world.daemon.pid), `--nofile=${MOST_OPEN}:${MOST_OPEN}`]);
    world.flow(2);
    await besideCrowd(world, async () => {
      await reloadOften(world);
      await Promise.race([throwBombs(world).catch(() => undefined), pause(BOMBS_WITHIN_MS)]);
    });
    await world.stream.stop();
    if (!world.daemon.isAlive) throw new Error('the daemon has ended');
    if (readFileSync(world.logFile, 'utf8').includes('"trouble":"store-busy"')) throw new Error('called a busy store');
    // Those who left may still be leaving.
    await eventually('mails are taken again', () => world.stream.offer(world.daemon.port, 1), 30_000);
  },
};

const FILES_AT_START = 400;
const WAVES = 12;
/** Fewer than the places that 400 files leave: a connection that is beyond all of them at once is not kept. */
const IN_A_WAVE = 50;

const TOLD_421: Scenario = {
  ...{
    name: 'descriptors-told',
    what: `${WAVES * IN_A_WAVE} clients, ${FILES_AT_START} files and sockets may be open: each is let in or told 421`,
  },
  ...{ runs: { full: 10, quick: 1 }, perWorld: 5 },
  world: { prefix: ['bash', '-c', `ulimit -n ${FILES_AT_START}; exec "$@"`, '--'] },
  async disturb(world) {
    const sessions: SmtpSession[] = [];
    const answers = new Map<Told, number>();
    for (let wave = 0; wave < WAVES; wave += 1) {
      const some = Array.from({ length: IN_A_WAVE }, () => new SmtpSession(world.daemon.port));
      sessions.push(...some);
      for (const session of some) {
        const answer = await session.greeting();
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    }
    for (const session of sessions) session.end();
    const told = [...answers].map(([answer, count]) => `${count} times ${answer}`).join(', ');
    if (!answers.has(421)) throw new Stuck(`nobody was turned away: ${told}`);
    if ([...answers.keys()].some((answer) => answer !== 220 && answer !== 421)) throw new Error(`answered ${told}`);
    if (readFileSync(world.logFile, 'utf8').includes('EMFILE')) throw new Error('files ran out');
    await eventually('mails are taken again', () => world.stream.offer(world.daemon.port, 1), 30_000);
  },
};

const hasPrlimit = existsSync('/usr/bin/prlimit');
if (!hasPrlimit) process.stderr.write('descriptors is skipped: there is no prlimit (Debian package util-linux)\n');

export const DESCRIPTORS: readonly Scenario[] = hasPrlimit ? [DESCRIPTORS_64, TOLD_421] : [TOLD_421];
