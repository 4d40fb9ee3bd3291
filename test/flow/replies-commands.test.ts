// The commands about replies and carriers, asked of a running daemon; bad numbers.

import path from 'node:path';

import { expect, test } from 'vitest';

import { runCli } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { temporaryFolder } from '../support/store.js';
import { Gateway } from './gateway.js';

const ALICE = 'alice@example.fr';

async function run(dataDir: string, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const terminal: Terminal = {
    write: (text) => void (out += text),
    warn: (text) => void (err += text),
    progress: () => undefined,
    closed: new AbortController().signal,
  };
  return { code: await runCli(['--data', dataDir, ...words], terminal), out, err };
}

/** Sends to those numbers and lets everything come back. */
async function sent(gateway: Gateway, numbers: string, settings: Readonly<Record<string, string>> = {}) {
  const code = await gateway.account(ALICE, 20, settings);
  const reply = await gateway.mail({ to: `${code}.${numbers}@gw.example`, text: 'Bonjour' });
  expect(reply.code).toBe(250);
  await gateway.pass(10_000);
}

test('petitbleu replies: the list, and the rules', async () => {
  const gateway = await Gateway.start();
  const dataDir = path.join(gateway.folder, 'data');
  await sent(gateway, '0612345021-0612345023');
  const list = await run(dataDir, 'replies', '--account', ALICE, '--since', '2026-01-01');
  expect(list).toMatchObject({ code: 0, err: '' });
  expect(list.out).toMatch(/^TIME +ACCOUNT +FROM +ORDER +TEXT\n/);
  expect(list.out).toMatch(/2026-11-23 10:00:0\d +alice@example\.fr +\+33612345021 +\w+ +STOP\n/);
  expect(list.out).toMatch(/\+33612345023 +\w+ +Merci, bien reçu/);
  const json = (await run(dataDir, '--json', 'replies')).out.trim().split('\n');
  expect(json.map((line) => (JSON.parse(line) as { from: string }).from).toSorted()).toEqual([
    '+33612345021',
    '+33612345023',
  ]);
  expect((await run(dataDir, 'replies', '--since', '2026-12-01')).out).toBe('There are no replies.\n');

  const rules = (...words: string[]) => run(dataDir, 'replies', 'rules', ...words);
  expect((await rules('add', ALICE, 'merci', '--answer', 'De rien.', '--group', 'Polis')).code).toBe(0);
  expect((await rules('list', ALICE)).out).toMatch(/^RULE +PATTERN +GROUP +ANSWER\n +1 +merci +Polis +De rien\.\n$/);
  expect(await rules('add', ALICE, 'x')).toMatchObject({ code: 64, out: '' });
  expect(await rules('add', 'nobody@example.fr', 'x', '--group', 'y')).toMatchObject({ code: 67 });
  expect(await rules('remove', ALICE, 'one')).toMatchObject({ code: 64 });
  expect((await rules('remove', ALICE, '1')).out).toBe('Rule 1 is gone.\n');
  expect(await rules('remove', ALICE, '1')).toMatchObject({ code: 65 });
  expect((await rules('list', ALICE)).out).toBe('There are no rules.\n');
});

test('petitbleu carriers: state, window, counts, last errors', async () => {
  const gateway = await Gateway.start();
  const dataDir = path.join(gateway.folder, 'data');
  expect((await run(dataDir, 'carriers')).out).toMatch(/\nsimulator +simulator +0\/10 +0 +0 +0 +0 +works\n/);
  await sent(gateway, '0612345100-0612345004-0612345006-0612345005');
  const { code, out } = await run(dataDir, 'carriers');
  expect(code).toBe(0);
  // What was put off may be on its way again by now.
  expect(out).toMatch(/\nsimulator +simulator +\d\/10 +\d+ +\d+ +1 +0 +works/);
  expect(out).toMatch(/2026-11-23 10:00:\d\d +simulator +refused +invalid-destination +1\n/);
  expect(out).toMatch(/simulator +deferred +throttled +1\n/);
  const [json = ''] = (await run(dataDir, '--json', 'carriers')).out.split('\n');
  expect(JSON.parse(json)).toMatchObject({ name: 'simulator', window: 10, outSince: null });
});

test('petitbleu carriers: a carrier that takes nothing is shown so', async () => {
  const gateway = await Gateway.start();
  const dataDir = path.join(gateway.folder, 'data');
  const code = await gateway.account(ALICE, 20);
  await gateway.mail({ to: `${code}.0612345006@gw.example`, text: 'Bonjour' });
  await gateway.pass(100);
  const { out } = await run(dataDir, 'carriers');
  expect(out).toMatch(/takes nothing since 2026-11-23 10:00:00, paused until 2026-11-23 10:00:01\n/);
});

test('petitbleu carriers: without a daemon there is nothing to tell', async () => {
  expect(await run(temporaryFolder(), 'carriers')).toMatchObject({ code: 69, out: '' });
});

test.each([
  [
    'on',
    [
      ['Clients', 1],
      ['Mauvais numéros', 1],
    ],
    ['+33612345002'],
  ],
  ['off', [['Clients', 2]], []],
])('badNumbers=%s', async (badNumbers, groups, bad) => {
  const gateway = await Gateway.start();
  const code = await gateway.account(ALICE, 20, { badNumbers });
  const contacts = ['+33612345002', '+33612345001'].map((number) => ({ number, name: 'Zoé', values: [] }));
  await gateway.ask('contacts.import', { email: ALICE, group: 'Clients', contacts });
  await gateway.mail({ to: `${code}.clients@gw.example`, text: 'Bonjour' });
  await gateway.pass(10_000);
  const listed = await gateway.ask<{ name: string; memberCount: number }[]>('group.list', { email: ALICE });
  expect(listed.map(({ name, memberCount }) => [name, memberCount])).toEqual(groups);
  if (bad.length === 0) return;
  const group = await gateway.ask<{ contacts: { number: string; name: string }[] }>('group.show', {
    email: ALICE,
    group: 'Mauvais numéros',
  });
  expect(JSON.stringify(group)).toContain(bad[0]);
  expect(JSON.stringify(group)).toContain('Zoé');
});
