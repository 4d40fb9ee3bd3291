// A daemon that may have 64 files and sockets open, and 200 clients at once: those that have no place are cut or told to
// come back. Meanwhile it shall read its configuration, replace threads of its parser, send mails and reach its carrier;
// each may fail for now, none may end it. Nobody who got a 250 is forgotten, and all goes on by itself afterwards.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../../support/eventually.js';
import { BOMBS, bombMail } from '../attack/bombs.js';
import { converse } from '../attack/strangers.js';
import { DOMAIN } from '../mails.js';
import type { Scenario } from '../scenario.js';
import { SmtpSession } from '../smtp.js';
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
    // Those who left may still be leaving.
    await eventually('mails are taken again', () => world.stream.offer(world.daemon.port, 1), 30_000);
  },
};

const hasPrlimit = existsSync('/usr/bin/prlimit');
if (!hasPrlimit) process.stderr.write('descriptors is skipped: there is no prlimit (Debian package util-linux)\n');

export const DESCRIPTORS: readonly Scenario[] = hasPrlimit ? [DESCRIPTORS_64] : [];
