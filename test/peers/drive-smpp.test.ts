// Kannel's drive_smpp as the SMSC: takes a transmitter and a receiver, gives no message a id, and leaves the bind of a
// transceiver without an answer for good. What it says itself are replies, although it puts a receipted_message_id on
// them. It also plays smsbox, at a port of bearerbox that cannot be chosen, and gives up where nobody listens there.

import { spawn } from 'node:child_process';
import net from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { createSmppCarrier } from '../../src/carriers/smpp/carrier.js';
import type { SmppSettings } from '../../src/carriers/smpp/options.js';
import { systemClock } from '../../src/clock.js';
import type { Reply } from '../../src/core/types.js';
import type { Carrier } from '../../src/ports.js';
import { eventually } from '../support/eventually.js';
import { RecordingLog } from '../support/recording-log.js';
import { SMPP_SETTINGS } from '../support/smpp-settings.js';
import { submission } from '../support/submission.js';
import { freePort } from './kannel.js';

const PROGRAM = '/usr/lib/kannel/test/drive_smpp';
const BEARERBOX_PORT = 13_001;
const MESSAGES = 20;

interface DriveSmpp {
  readonly port: number;
  /** Texts in the order in which they came. */
  readonly texts: () => string[];
  readonly log: () => string;
}

async function startDriveSmpp(): Promise<DriveSmpp> {
  await playBearerbox();
  const port = await freePort();
  const child = spawn(PROGRAM, ['-v', '0', '-p', String(port), '-m', String(MESSAGES)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString('latin1')));
  const closed = new Promise((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  await eventually('it listens', () => log.includes('accept_thread) maps to'));
  const texts = (): string[] => Array.from(log.matchAll(/submit_sm: short_message = <(.*)>/g), ([, text = '']) => text);
  return { port, texts, log: () => log };
}

/** Takes connections and says nothing. */
async function playBearerbox(): Promise<void> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()).resume());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(BEARERBOX_PORT, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
}

async function startCarrier(
  settings: Partial<SmppSettings>,
  replies: Reply[],
  log = new RecordingLog(),
): Promise<Carrier> {
  const world = { clock: systemClock(), log, random: Math.random };
  const carrier = createSmppCarrier({ name: 'kannel', ...SMPP_SETTINGS, ...settings, ...world });
  onTestFinished(() => carrier.stop());
  await carrier.start({
    onReceipt: () => Promise.reject(new Error('it sends no receipts')),
    onReply: (reply) => Promise.resolve(void replies.push(reply)),
  });
  return carrier;
}

test('transmitter and receiver: each message arrives once, under an id of our own; what it says are replies', async () => {
  const smsc = await startDriveSmpp();
  const [replies, log]: [Reply[], RecordingLog] = [[], new RecordingLog()];
  const carrier = await startCarrier({ port: smsc.port, bindMode: 'separate' }, replies, log);
  await eventually('both are bound', () => log.of('carrier.connected').length === 2);
  const wanted = Array.from({ length: MESSAGES }, (_, index) => `Bonjour ${index + 1}`);
  const outcomes = await Promise.all(
    wanted.map((text, index) => carrier.submit(submission({ text, messageId: `o${index + 1}-1` }))),
  );
  // Its answers hold an empty id.
  expect(outcomes).toEqual(wanted.map((_, index) => ({ kind: 'accepted', carrierIds: [`o${index + 1}-1/1`] })));
  await eventually('it has seen all', () => smsc.log().includes('ESME has submitted all messages'));
  expect(smsc.texts()).toEqual(wanted);
  await eventually('its own have come', () => replies.length >= MESSAGES);
  expect(replies.map(({ text }) => Number(text))).toEqual(wanted.map((_, index) => index + 1));
  await carrier.stop();
  expect(smsc.texts()).toEqual(wanted);
  expect(log.entries.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a transceiver, which it never answers: the bind times out, and the message waits for the carrier', async () => {
  const smsc = await startDriveSmpp();
  const log = new RecordingLog();
  const carrier = await startCarrier({ port: smsc.port, bindMs: 500 }, [], log);
  const waits = { kind: 'deferred', code: 'not-connected', scope: 'carrier' };
  expect(await carrier.submit(submission())).toMatchObject(waits);
  await eventually('it has seen the bind', () => smsc.log().includes('Unhandled SMPP PDU'));
  const [timeOut] = await eventually('the bind has timed out', () => {
    const entries = log.of('carrier.not-connected');
    return entries.length > 0 && entries;
  });
  expect(timeOut?.fields).toMatchObject({ bind: 'bind_transceiver', status: 'bind-timeout' });
  expect(await carrier.submit(submission())).toMatchObject(waits);
  expect(smsc.texts()).toEqual([]);
  await carrier.stop();
});
