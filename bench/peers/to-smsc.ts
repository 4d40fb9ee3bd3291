// What brings SMS to an SMSC, with the SMSC: the gateway with a carrier over SMPP that is bound, and Kannel with its
// spool. Each says what has arrived there.

import { eventually } from '../../test/support/eventually.js';
import { Kannel } from '../../test/peers/kannel.js';
import { run } from '../../test/support/program.js';
import { runLoad } from '../load/run.js';
import type { Arrivals } from '../smpp-smsc.js';
import { startNode } from './node-process.js';
import { isHere, type Peer, type Server } from './peer.js';
import { startDaemon } from './petitbleu.js';
import { warm } from './warm.js';
import { KANNEL, SENDING } from '../names.js';

export interface ToSmsc extends Server {
  readonly arrivals: Arrivals;
}

const NONE: Arrivals = { count: 0, firstAtMs: 0, lastAtMs: 0 };
const SMS_A_MAIL = 2;
const WARMING_MAILS = 4_000;

async function startSending(): Promise<ToSmsc> {
  let arrivals = NONE;
  const smsc = await startNode('../smpp-smsc.js', [], (line) => (arrivals = JSON.parse(line) as Arrivals));
  try {
    const daemon = await startDaemon({ smscPort: smsc.port });
    const server: ToSmsc = {
      ...daemon,
      get arrivals() {
        return arrivals;
      },
      stop: () => daemon.stop().finally(() => smsc.stop()),
    };
    await runLoad(server.port, { sessions: 1, mails: 1, warmMs: 0 });
    await eventually('the carrier is bound', () => arrivals.count === SMS_A_MAIL);
    const mails = 1 + (await warm(server, WARMING_MAILS));
    await eventually('nothing is under way', () => arrivals.count === mails * SMS_A_MAIL);
    return server;
  } catch (error) {
    await smsc.stop();
    throw error;
  }
}

export const sending: Peer<ToSmsc> = { name: SENDING, missing: isHere, start: startSending };

async function missingKannel(): Promise<string | null> {
  const { code } = await run('bearerbox', ['--version']).catch(() => ({ code: 1 }));
  const { code: fake } = await run('test', ['-x', '/usr/lib/kannel/test/fakesmsc']);
  return code === 0 && fake === 0 ? null : 'apt-get install --no-install-recommends kannel kannel-extras';
}

async function startKannel(): Promise<ToSmsc> {
  const kannel = await Kannel.start('', { spool: true });
  return {
    port: Number(new URL(kannel.url).port),
    // Without fakesmsc, which is the SMSC.
    pids: kannel.pids.slice(0, 2),
    get arrivals() {
      return { count: kannel.arrivals, firstAtMs: 0, lastAtMs: Date.now() };
    },
    stop: () => kannel.stop(),
  };
}

export const kannel: Peer<ToSmsc> = { name: KANNEL, missing: missingKannel, start: startKannel };
