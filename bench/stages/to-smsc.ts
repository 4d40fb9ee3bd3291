// From a mail to the socket of an SMSC: how many SMS a second go the whole way, beside Kannel, and how long one takes
// while there is nothing else to do.

import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { eventually } from '../../test/support/eventually.js';
import { run } from '../../test/support/program.js';
import type { Figures, Stage } from '../contest.js';
import { runLoad } from '../load/run.js';
import type { SendSmsWish } from '../load/sendsms.js';
import { kannel, sending, type ToSmsc } from '../peers/to-smsc.js';
import { processorSeconds } from '../processor-time.js';
import { percentile } from '../statistics.js';
import { KANNEL, SENDING } from '../names.js';

const SENDSMS = fileURLToPath(new URL('../load/sendsms.js', import.meta.url));
const [SMS, SMS_A_MAIL] = [4_000, 2];
const CONNECTIONS = 50;
const DEADLINE_MS = 120_000;
/** One after the other, on an idle daemon. */
const SINGLE_MAILS = 20;
const IDLE_MS = 30;

let messages = 0;

async function rate(server: ToSmsc, peer: string): Promise<Figures> {
  const [before, arrivedBefore] = [processorSeconds(server.pids), server.arrivals.count];
  const beganAtMs = peer === KANNEL ? await sendToKannel(server.port) : await sendMails(server.port);
  await eventually('everything has arrived', () => server.arrivals.count >= arrivedBefore + SMS, DEADLINE_MS);
  const seconds = (server.arrivals.lastAtMs - beganAtMs) / 1000;
  return { perSecond: SMS / seconds, cpuMicros: ((processorSeconds(server.pids) - before) * 1e6) / SMS };
}

/** When it began. */
async function sendMails(port: number): Promise<number> {
  const mails = SMS / SMS_A_MAIL;
  return (await runLoad(port, { sessions: CONNECTIONS, mails, warmMs: 0, measureMs: DEADLINE_MS })).beganAtMs;
}

async function sendToKannel(port: number): Promise<number> {
  const wish: SendSmsWish = { port, connections: CONNECTIONS, messages: SMS, first: messages };
  messages += SMS;
  const beganAtMs = Date.now();
  const { code, stderr } = await run(process.execPath, [SENDSMS, JSON.stringify(wish)]);
  if (code !== 0) throw new Error(stderr);
  return beganAtMs;
}

/** From the end of the data to the first SMS at the SMSC: median and the slowest but one in a hundred. */
async function latency(server: ToSmsc): Promise<Figures> {
  const latenciesMs: number[] = [];
  for (let mails = 0; mails < SINGLE_MAILS; mails += 1) {
    const wanted = server.arrivals.count + SMS_A_MAIL;
    const { lastDataAtMs } = await runLoad(server.port, { sessions: 1, mails: 1, warmMs: 0 });
    await eventually('the SMS have arrived', () => server.arrivals.count >= wanted);
    latenciesMs.push(server.arrivals.firstAtMs - lastDataAtMs);
    await pause(IDLE_MS);
  }
  const sorted = latenciesMs.sort((a, b) => a - b);
  return { latencyMs: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
}

export const toSmsc: Stage<ToSmsc> = {
  name: 'to-smsc',
  peers: [kannel, sending],
  contests: [
    { name: 'end-to-end', title: 'SMS that go the whole way; two a mail', peers: [KANNEL, SENDING], measure: rate },
    { name: 'latency', title: 'From the end of a mail to the SMSC, idle', peers: [SENDING], measure: latency },
  ],
};
