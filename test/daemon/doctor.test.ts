// petitbleu doctor with the built program: with a daemon and without, and each thing that can be wrong with the world.

import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';

import type { DaemonProcess } from '../support/daemon.js';
import { jsonLines, petitbleu, type Ran } from '../support/program.js';
import { Smsc } from '../support/smsc.js';
import { LOCALHOST, RENEWED } from '../support/tls.js';
import { configuration, startWithAccount } from './account.js';

interface Finding {
  readonly level: 'ok' | 'warn' | 'fault';
  readonly what: string;
  readonly finding: string;
  readonly advice?: string;
}

/** As the daemon of the tests: on any free port. */
function doctor(daemon: DaemonProcess, ...words: readonly string[]): Promise<Ran> {
  const options = ['--data', daemon.folder, '--config', daemon.configFile];
  return petitbleu(['doctor', ...words, ...options], {
    cwd: tmpdir(),
    env: { PETITBLEU__mail__smtp__listen: '127.0.0.1:0' },
  });
}

async function ask(daemon: DaemonProcess, code: number): Promise<Map<string, Finding>> {
  const begun = performance.now();
  const ran = await doctor(daemon, '--json');
  expect(ran, ran.stdout).toMatchObject({ code });
  expect(performance.now() - begun).toBeLessThan(60_000);
  const found = jsonLines<Finding>(ran);
  // Whatever is not right says what to do.
  expect(found.filter(({ level, advice }) => level !== 'ok' && advice === undefined)).toEqual([]);
  return new Map(found.map((one) => [one.what, one]));
}

/** A free port that stays free, or a listener on one. */
async function listener(onConnect?: (server: Server) => void): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  onConnect?.(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, server };
}

async function deadPort(): Promise<number> {
  const { port, server } = await listener();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a sound daemon: no fault, and a line for each thing', async () => {
  const daemon = await startWithAccount();
  const found = await ask(daemon, 0);
  expect([...found.values()].filter(({ level }) => level === 'fault')).toEqual([]);
  for (const what of [
    'Node.js',
    'disk',
    'fsync',
    'data folder',
    'carrier simulator',
    'database',
    'queue',
    'time zones',
  ])
    expect([...found.keys()]).toContain(what);
  const { stdout } = await doctor(daemon);
  expect(stdout).toMatch(/^✓ Node\.js: v\d+/);
  expect(stdout).toMatch(/^! carrier simulator: .*\n {4}→ configure a real one/m);
  expect(stdout).toMatch(/\n0 faults, \d+ hints\.\n$/);
});

test('without a daemon: what it would meet is told, and the database is left as it is', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  expect((await ask(daemon, 0)).get('daemon')).toMatchObject({ level: 'warn' });

  const database = new Database(path.join(daemon.folder, 'petitbleu.db'));
  database.exec('UPDATE accounts SET balance_milli = 1');
  database.close();
  const found = await ask(daemon, 69);
  expect(found.get('database')?.finding).toContain('balance is 1');
});

test('a port that somebody else has, a key of another certificate, a certificate for another name', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  const { port } = await listener();
  const tls = (key: string) => `tls: {key: ${key}, cert: ${LOCALHOST.files.cert}}`;
  const config = (key: string) =>
    `mail: {domains: [sms.example.fr], smtp: {${tls(key)}}, submission: {listen: ["127.0.0.1:${port}"]}}\n`;
  daemon.configure(config(RENEWED.files.key));
  const wrong = await ask(daemon, 69);
  expect(wrong.get(`port 127.0.0.1:${port}`)).toMatchObject({
    level: 'fault',
    finding: expect.stringContaining('taken by') as string,
  });
  expect(wrong.get('TLS mail.smtp.tls')).toMatchObject({
    level: 'fault',
    finding: expect.stringContaining('cannot be used') as string,
  });
  daemon.configure(config(LOCALHOST.files.key));
  expect((await ask(daemon, 69)).get('TLS mail.smtp.tls')?.finding).toMatch(/^valid for \d+ days/);
  writeFileSync(daemon.configFile, 'mail: {nonsense: 1}\n');
  expect(await doctor(daemon)).toMatchObject({ code: 78, stdout: '' });
});

test('carriers are bound to and never sent anything; dead ones and wrong passwords are told', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  const [good, strict] = [await Smsc.start(), await Smsc.start()];
  strict.bindStatus = 0x0e;
  const smpp = (port: number) => `{type: smpp, host: 127.0.0.1, port: ${port}, systemId: us, password: them}`;
  const dead = await deadPort();
  daemon.configure(
    configuration(
      `carriers: {good: ${smpp(good.port)}, strict: ${smpp(strict.port)}, dead: ${smpp(dead)}, web: {type: http, url: "http://127.0.0.1:${dead}/send"}}`,
    ),
  );
  const found = await ask(daemon, 69);
  expect(found.get('carrier good')).toMatchObject({
    level: 'ok',
    finding: expect.stringContaining('bound as us') as string,
  });
  expect(found.get('carrier strict')).toMatchObject({
    level: 'fault',
    finding: expect.stringContaining('invalid-password') as string,
  });
  expect(found.get('carrier dead')).toMatchObject({ level: 'fault' });
  expect(found.get('carrier web')).toMatchObject({ level: 'fault' });
  expect(good.submits).toEqual([]);
  expect(good.count('unbind')).toBe(1);
});

test('a smarthost that is dead, one that never answers, and one that does', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  const said: string[] = [];
  const smtp = await listener((server) =>
    server.on('connection', (socket) => {
      socket.write('220 smarthost.example ESMTP\r\n');
      socket.on('data', (chunk) => {
        said.push(chunk.toString('latin1').trim());
        socket.write(said.at(-1)?.startsWith('QUIT') ? '221 bye\r\n' : '250 smarthost.example\r\n');
      });
    }),
  );
  const mute = await listener();
  for (const [port, code, level] of [
    [await deadPort(), 69, 'fault'],
    [mute.port, 69, 'fault'],
    [smtp.port, 0, 'ok'],
  ] as const) {
    daemon.configure(`mail: {domains: [sms.localhost], out: {url: "smtp://127.0.0.1:${port}"}}\n`);
    expect((await ask(daemon, code)).get(`smarthost 127.0.0.1:${port}`)).toMatchObject({ level });
  }
  expect(said.some((line) => line.startsWith('EHLO'))).toBe(true);
  expect(said.some((line) => /^(MAIL|RCPT|DATA)/.test(line))).toBe(false);
});
