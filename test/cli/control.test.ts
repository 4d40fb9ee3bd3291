// The control socket over real unix sockets: what a daemon that died leaves behind, hostile lines, half-closed ends.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { connectControl } from '../../src/control/client.js';
import { mistake } from '../../src/control/protocol.js';
import { startControl, type ControlServer } from '../../src/control/server.js';
import type { Handle } from '../../src/control/sessions.js';
import { ok } from '../../src/core/result.js';
import { settle, until } from '../support/fake-clock.js';
import { RecordingLog } from '../support/recording-log.js';

const log = new RecordingLog();

let dataDir: string;
let servers: ControlServer[];

const echo: Handle = async (operation, params) => {
  if (operation === 'slow') await settle();
  if (operation === 'fault') throw new Error('secret detail');
  if (operation === 'refuse') return mistake('no-user', 'no account');
  return ok({ operation, params });
};

async function start(folder = dataDir, maxRequestBytes = 1000): Promise<ControlServer> {
  const started = await startControl({ dataDir: folder, log, maxRequestBytes });
  if (!started.ok) throw new Error(started.error.text);
  servers.push(started.value);
  started.value.serve(echo);
  return started.value;
}

/** Writes bytes and ends its side; gives everything that comes back. */
function talk(bytes: string | Uint8Array, path = join(dataDir, 'control.sock')): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('utf8')));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => ('code' in error && error.code === 'EPIPE' ? undefined : reject(error)));
    socket.end(bytes);
  });
}

const objects = (lines: string): unknown[] =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pb-control-'));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(dataDir, { recursive: true });
});

describe('a conversation', () => {
  it('carries results, mistakes and faults', async () => {
    await start();
    const reached = await connectControl(dataDir);
    if (!reached.ok || reached.value === null) throw new Error('not reached');
    const client = reached.value;
    const [result, told, fault] = await Promise.all([
      client.call('x', { é: '€' }),
      client.call('refuse', {}),
      client.call('fault', {}),
    ]);
    expect(result).toEqual(ok({ operation: 'x', params: { é: '€' } }));
    expect(told).toEqual(mistake('no-user', 'no account'));
    expect(fault).toMatchObject({ ok: false, error: { kind: 'software' } });
    expect(JSON.stringify(fault)).not.toContain('secret detail');
    client.stop();
  });

  it('answers a half-closed end, in order, also a last line without LF', async () => {
    await start();
    const answers = objects(
      await talk('{"id":1,"operation":"slow"}\n\n{"id":2,"operation":"refuse"}\n{"id":"3","operation":"c"}'),
    );
    expect(answers).toEqual([
      { id: 1, result: { operation: 'slow', params: {} } },
      { id: 2, mistake: { kind: 'no-user', text: 'no account' } },
      { id: '3', result: { operation: 'c', params: {} } },
    ]);
  });

  it.each([
    ['no JSON', 'GET / HTTP/1.1\n', null],
    ['an array', '[1]\n', null],
    ['null', 'null\n', null],
    ['no id', '{"operation":"x"}\n', null],
    ['no operation', '{"id":7,"operation":{}}\n', 7],
    ['no UTF-8', Buffer.from('{"id":1,"operation":"\u00ff"}\n', 'latin1'), null],
  ])('tells %s and goes on', async (_what, bytes, id) => {
    await start();
    const good = Buffer.from('{"id":9,"operation":"x"}\n');
    const [bad, next] = objects(await talk(Buffer.concat([Buffer.from(bytes as string), good])));
    expect(bad).toMatchObject({ id, mistake: { kind: 'usage' } });
    expect(next).toMatchObject({ id: 9, result: {} });
  });

  it('ends a connection whose line is too long, with or without its end', async () => {
    await start();
    for (const bytes of ['x'.repeat(5000), `${'x'.repeat(1001)}\n{"id":1,"operation":"x"}\n`]) {
      const answers = objects(await talk(bytes));
      expect(answers).toEqual([{ id: null, mistake: { kind: 'usage', text: 'the line is longer than 1000 bytes' } }]);
    }
  });

  it('lets the event loop go round between the lines of one piece', async () => {
    await start();
    const seen = { turns: 0, isDone: false };
    const counting = (async () => {
      for (; !seen.isDone; seen.turns += 1) await new Promise((resolve) => setImmediate(resolve));
    })();
    const answers = objects(await talk('no JSON\n'.repeat(500)));
    seen.isDone = true;
    await counting;
    expect(answers).toHaveLength(500);
    expect(seen.turns).toBeGreaterThanOrEqual(500);
  });

  it('lets early requests wait until the daemon serves', async () => {
    const started = await startControl({ dataDir, log });
    if (!started.ok) throw new Error(started.error.text);
    servers.push(started.value);
    const early = talk('{"id":1,"operation":"early"}\n');
    started.value.serve(echo);
    expect(objects(await early)).toMatchObject([{ id: 1, result: { operation: 'early' } }]);
  });

  it('tells the caller when the daemon dies before its answer', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(join(dataDir, 'control.sock'), resolve));
    const reached = await connectControl(dataDir);
    if (!reached.ok || reached.value === null) throw new Error('not reached');
    const answer = await reached.value.call('x', {});
    expect(answer).toMatchObject({ ok: false, error: { kind: 'temporary' } });
    expect(await reached.value.call('again', {})).toEqual(answer);
    await new Promise((resolve) => server.close(resolve));
  });

  it('ends a request under way before it stops', async () => {
    const started = await startControl({ dataDir, log });
    if (!started.ok) throw new Error(started.error.text);
    let finish: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      started.value.serve(async () => {
        const finished = new Promise<void>((done) => (finish = done));
        resolve();
        await finished;
        return ok('done');
      });
    });
    const answer = talk('{"id":1,"operation":"slow"}\n');
    await begun;
    const stopped = started.value.stop();
    await until(() => !existsSync(join(dataDir, 'control.sock')));
    await settle();
    finish();
    await stopped;
    expect(objects(await answer)).toEqual([{ id: 1, result: 'done' }]);
    expect(await connectControl(dataDir)).toEqual(ok(null));
  });
});

describe('one daemon for one folder', () => {
  it('lets only the owner in', async () => {
    await start();
    expect(statSync(join(dataDir, 'control.sock')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['control.sock']);
  });

  it('refuses a second daemon and leaves the first alone', async () => {
    await start();
    const second = await startControl({ dataDir, log });
    expect(second).toMatchObject({ ok: false, error: { kind: 'temporary' } });
    expect(objects(await talk('{"id":1,"operation":"x"}\n'))).toHaveLength(1);
    expect(readdirSync(dataDir)).toEqual(['control.sock']);
  });

  it('lets exactly one of many win', async () => {
    await leaveDeadSocket();
    const started = await Promise.all(Array.from({ length: 8 }, () => startControl({ dataDir, log })));
    servers.push(...started.flatMap((one) => (one.ok ? [one.value] : [])));
    expect(servers).toHaveLength(1);
    servers[0]?.serve(echo);
    expect(objects(await talk('{"id":1,"operation":"x"}\n'))).toHaveLength(1);
  });

  it('takes the place of a daemon that died', async () => {
    await leaveDeadSocket();
    await start();
    expect(objects(await talk('{"id":1,"operation":"x"}\n'))).toHaveLength(1);
    expect(readdirSync(dataDir)).toEqual(['control.sock']);
  });

  it('takes the place of a file that is no socket', async () => {
    writeFileSync(join(dataDir, 'control.sock'), '');
    expect(await connectControl(dataDir)).toEqual(ok(null));
    await start();
    expect(readdirSync(dataDir)).toEqual(['control.sock']);
  });

  it('gives the folder free again', async () => {
    const server = await start();
    await server.stop();
    servers = [];
    expect(readdirSync(dataDir)).toEqual([]);
    await start();
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const deep = join(dataDir, 'd'.repeat(120), 'e'.repeat(120));
    expect(await connectControl(deep)).toEqual(ok(null));
    mkdirSync(deep, { recursive: true });
    await start(deep);
    expect(readdirSync(deep)).toEqual(['control.sock']);
    const reached = await connectControl(deep);
    if (!reached.ok || reached.value === null) throw new Error('not reached');
    expect(await reached.value.call('x', 1)).toEqual(ok({ operation: 'x', params: 1 }));
    reached.value.stop();
    expect(await startControl({ dataDir: deep, log })).toMatchObject({ ok: false, error: { kind: 'temporary' } });
  });
});

/** A socket file that nobody listens on, as after a kill -9. */
async function leaveDeadSocket(): Promise<void> {
  const { execFileSync } = await import('node:child_process');
  const program = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  try {
    execFileSync(process.execPath, ['-e', program, join(dataDir, 'control.sock')]);
  } catch {
    // Killed, as it should be.
  }
  expect(readdirSync(dataDir)).toEqual(['control.sock']);
}
