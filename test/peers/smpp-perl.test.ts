// A Net::SMPP SMSC as the other side: ids hexadecimal in the answer and decimal in the receipt, throttling, a connection
// dropped before the answer, a reply, and restarts of both sides in between: nothing twice, nothing lost.

import { spawn, type ChildProcess } from 'node:child_process';
import net from 'node:net';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { createSmppCarrier } from '../../src/carriers/smpp/carrier.js';
import { systemClock } from '../../src/clock.js';
import type { Receipt } from '../../src/core/carriage.js';
import type { Reply } from '../../src/core/types.js';
import { DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { RecordingLog } from '../support/recording-log.js';
import { SMPP_SETTINGS } from '../support/smpp-settings.js';
import { submission } from '../support/submission.js';

const SCRIPT = fileURLToPath(new URL('support/smsc.pl', import.meta.url));
const SENDER = 'alice@example.fr';
const LONG = 'Une phrase un peu longue, [avec] des accents é è à. '.repeat(8);

class PerlSmsc {
  readonly port: number;
  /** Of all its lives. */
  lines: string[] = [];
  #child: ChildProcess | null = null;
  #firstId = 250;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<PerlSmsc> {
    const smsc = new PerlSmsc(await freePort());
    onTestFinished(() => smsc.stop());
    await smsc.start();
    return smsc;
  }

  async start(): Promise<void> {
    let text = '';
    const child = spawn('perl', [SCRIPT, String(this.port), String(this.#firstId)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    // What was given before must not be given again.
    this.#firstId += 10_000;
    const listens = new Promise<void>((resolve, reject) => {
      child.on('close', () => reject(new Error('the SMSC has died')));
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        const whole = text.slice(0, text.lastIndexOf('\n') + 1);
        text = text.slice(whole.length);
        this.lines.push(...whole.split('\n').filter(Boolean));
        resolve();
      });
    });
    await listens;
  }

  /** As a crash does. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.exitCode !== null) return;
    const closed = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGKILL');
    await closed;
  }

  count(start: string): number {
    return this.lines.filter((line) => line.startsWith(start)).length;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** With the three lines that it takes, and quick tempers. */
async function startDaemon(smsc: PerlSmsc): Promise<DaemonProcess> {
  const yaml = `carriers:
  smsc: { type: smpp, host: 127.0.0.1, port: ${smsc.port}, systemId: petitbleu, password: k4n4ry }
  `;
  const quick = 'reconnectSeconds: 1, idFormat: hex-decimal';
  const daemon = await DaemonProcess.start({ yaml: yaml.replace(' }', `, ${quick} }`) });
  onTestFinished(() => daemon.dispose());
  await daemon.must('account', 'create', SENDER, '--credits', '1000', '--no-mail');
  return daemon;
}

async function send(daemon: DaemonProcess, numbers: readonly string[], text = 'Bonjour été'): Promise<void> {
  // More at once would be advertising, which waits for the morning.
  for (let at = 0; at < numbers.length; at += 10) {
    const to = numbers.slice(at, at + 10).flatMap((number) => ['--to', number]);
    await daemon.must('send', '--from', SENDER, ...to, '--text', text);
  }
}

async function settled(daemon: DaemonProcess, count: number): Promise<Map<string, string>> {
  const states = await eventually('all messages are final or in doubt', async () => {
    const messages = await daemon.messages();
    const isDone = messages.every(({ state }) => ['delivered', 'unknown'].includes(state));
    return isDone && messages.length === count && new Map(messages.map(({ to, state }) => [to, state]));
  });
  return states;
}

const range = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `0612345${String(from + index)}`);

test('what a day brings: receipts with ids of another kind, long texts, throttling, a drop before the answer', async () => {
  const smsc = await PerlSmsc.start();
  const daemon = await startDaemon(smsc);
  await daemon.must('account', 'set', SENDER, 'long=on');
  await send(daemon, range(100, 20));
  await send(daemon, ['0612345200'], LONG);
  await send(daemon, ['0612345006']);
  await send(daemon, ['0612346008']);
  // What waited out the throttling together with it would be in flight when the connection is dropped.
  await eventually('it is dropped', () => smsc.count('submit 33612346008 ') === 1);
  await send(daemon, range(300, 5));
  const states = await settled(daemon, 28);
  expect(states.get('+33612346008')).toBe('unknown');
  expect([...states.values()].filter((state) => state === 'delivered')).toHaveLength(27);
  // 25 short ones, 3 parts, one that came back after the pause, one that was dropped and never sent again.
  expect(smsc.count('submit ')).toBe(30);
  expect(smsc.count('throttled 33612345006')).toBe(1);
  expect(smsc.count('submit 33612345006 ')).toBe(1);
  expect(smsc.count('submit 33612346008 ')).toBe(1);
  expect(smsc.count('submit 33612345200 ')).toBe(3);
  expect(smsc.count('bind ')).toBe(2);
  await daemon.must('verify');
  expect((await daemon.stop()).code).toBe(0);
  await eventually('goodbye is said', () => smsc.count('unbind') === 1);
  expect(daemon.stderr).not.toContain('k4n4ry');
});

test('restarts of both sides in between: each message once, none lost', async () => {
  const smsc = await PerlSmsc.start();
  const first = await startDaemon(smsc);
  await send(first, range(100, 30));
  await eventually('some have left', () => smsc.count('submit ') >= 5);
  await smsc.stop();
  await send(first, range(200, 30));
  await smsc.start();
  await eventually('the rest leaves', () => smsc.count('submit ') >= 40);
  expect((await first.stop()).code).toBe(0);
  const { folder } = first;
  const daemon = await DaemonProcess.start({ folder, yaml: await configOf(first) });
  await send(daemon, range(400, 10));
  const states = await settled(daemon, 70);
  await daemon.must('verify');
  const inDoubt = [...states].filter(([, state]) => state === 'unknown').map(([to]) => to);
  for (const [to] of states) {
    const times = smsc.count(`submit ${to.slice(1)} `);
    // In doubt it may have arrived or not; every other arrived once.
    if (inDoubt.includes(to)) expect(times, to).toBeLessThanOrEqual(1);
    else expect(times, to).toBe(1);
  }
  // At most the window at each of the two ends.
  expect(inDoubt.length).toBeLessThanOrEqual(20);
  await daemon.stop();
});

async function configOf({ configFile }: DaemonProcess): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(configFile, 'utf8');
}

test('a reply, taken before it is answered', async () => {
  const smsc = await PerlSmsc.start();
  const [receipts, replies]: [Receipt[], Reply[]] = [[], []];
  const settings = { ...SMPP_SETTINGS, port: smsc.port, idFormat: 'hex-decimal' as const };
  const world = { clock: systemClock(), log: new RecordingLog(), random: Math.random };
  const carrier = createSmppCarrier({ name: 'smsc', ...settings, ...world });
  onTestFinished(() => carrier.stop());
  await carrier.start({
    onReceipt: (receipt) => Promise.resolve(void receipts.push(receipt)),
    onReply: (reply) => Promise.resolve(void replies.push(reply)),
  });
  await eventually('it is bound', () => smsc.count('bind ') === 1);
  const outcome = await eventually('it is accepted', async () => {
    const one = await carrier.submit(submission({ to: '+33639980021' }));
    return one.kind === 'accepted' && one;
  });
  await eventually('it was answered', () => smsc.count('answered ') === 2);
  expect(replies).toMatchObject([{ carrier: 'smsc', from: '+33639980021', to: '36111', text: 'STOP' }]);
  // 250 is fa in the answer, and 0000000250 in the receipt.
  expect(outcome).toEqual({ kind: 'accepted', carrierIds: ['250'] });
  expect(receipts).toMatchObject([{ carrierId: '250', to: '+33639980021', state: 'delivered' }]);
  expect(smsc.lines).toEqual(expect.arrayContaining(['answered receipt 0', 'answered reply 0']));
});
