// Who sends in the benchmark of SMPP, each to the same SMSC and each with `window` messages unanswered at once: the client
// of the npm package `smpp`, and our carrier. Give the messages a second between the first submit and the last answer.

import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import smpp, { type Session } from 'smpp';

import { createSmppCarrier } from '../src/carriers/smpp/carrier.js';
import { systemClock } from '../src/clock.js';
import type { Carrier, CarrierEvents, Log } from '../src/ports.js';
import { SMPP_SETTINGS } from '../test/support/smpp-settings.js';
import { submission } from '../test/support/submission.js';

export interface Run {
  readonly port: number;
  readonly window: number;
  readonly messages: number;
}

export const TEXT = 'Bonjour, votre rendez-vous est confirmé pour demain à 14 h 30. Merci !';
export const CARRIER = 'smsc';
const MESSAGE = submission({ text: TEXT });
const ACCOUNT = { system_id: 'bench', password: 'k4n4ry' };
const BIND_LOOKS = 500;

/** What a daemon logs at `info` is not measured here. */
export const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** E.164; of a range of ten thousand that nobody has. */
export function numberOf(index: number): string {
  return `+336399${String(80_000 + (index % 10_000))}`;
}

export async function runPlainClient(run: Run): Promise<number> {
  const session = await bindPlainClient(run.port);
  const beginMs = performance.now();
  await new Promise<void>((resolve, reject) => submitPlainly(session, run, { resolve, reject }));
  const perSecond = rate(run.messages, beginMs);
  await new Promise<void>((resolve) => {
    session.once('close', () => resolve());
    session.close();
  });
  return perSecond;
}

function bindPlainClient(port: number): Promise<Session> {
  return new Promise((resolve, reject) => {
    const session = smpp.connect({ host: '127.0.0.1', port }, () => {
      session.bind_transceiver(ACCOUNT, ({ command_status: status }) => {
        if (status === 0) resolve(session);
        else reject(new Error(`the bind was answered ${status}`));
      });
    });
    session.on('error', reject);
  });
}

interface Ending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The same fields as ours, save the validity, which this client writes as a date of its own. */
function submitPlainly(session: Session, { window, messages }: Run, { resolve, reject }: Ending): void {
  let [sent, answered] = [0, 0];
  const submit = (): void => {
    const destination = numberOf(sent).slice(1);
    sent += 1;
    const numbers = { source_addr: '', dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: destination };
    session.submit_sm({ ...numbers, registered_delivery: 1, short_message: TEXT }, ({ command_status: status }) => {
      answered += 1;
      if (status !== 0) reject(new Error(`a message was answered ${status}`));
      else if (answered === messages) resolve();
      else if (sent < messages) submit();
    });
  };
  while (sent < Math.min(window, messages)) submit();
}

export async function runCarrier(run: Run): Promise<number> {
  const carrier = await startCarrier(run);
  let sent = 0;
  const place = async (): Promise<void> => {
    while (sent < run.messages) {
      sent += 1;
      const { kind } = await carrier.submit({ ...MESSAGE, messageId: `o${sent}-1`, to: numberOf(sent) });
      if (kind !== 'accepted') throw new Error(`a message is ${kind}`);
    }
  };
  const beginMs = performance.now();
  await Promise.all(Array.from({ length: run.window }, place));
  const perSecond = rate(run.messages, beginMs);
  await carrier.stop();
  return perSecond;
}

/** Bound: the first message has gone through it. */
export async function startCarrier({ port, window }: Pick<Run, 'port' | 'window'>): Promise<Carrier> {
  const world = { clock: systemClock(), log: SILENT, random: Math.random };
  const carrier = createSmppCarrier({ name: CARRIER, ...SMPP_SETTINGS, port, window, ...world });
  await carrier.start(NO_EVENTS);
  for (let looks = 0; looks < BIND_LOOKS; looks += 1) {
    if ((await carrier.submit(submission())).kind === 'accepted') return carrier;
    await pause(10);
  }
  throw new Error('the carrier does not bind');
}

const NO_EVENTS: CarrierEvents = { onReceipt: () => Promise.reject(new Error('this SMSC sends no receipts')) };

export function rate(messages: number, beginMs: number): number {
  return (messages * 1000) / (performance.now() - beginMs);
}

/** The peer that all send to, in a process of its own. */
export function startSmsc(): Promise<{ port: number; stop: () => void }> {
  const program = fileURLToPath(new URL('smpp-smsc.js', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (line: Buffer) => resolve({ port: Number(line), stop: () => child.stdin.end() }));
  });
}
