// The command line in this process: words in; text, JSON and exit codes out; with and without a daemon.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { perform } from '../../src/cli/operations/registry.js';
import { runCli } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { startControl } from '../../src/control/server.js';
import { ALICE, openWorld } from './world.js';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly progress: readonly string[];
}

let folder: string;
/** Not there until a command makes it. */
let dataDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pb-program-'));
  dataDir = join(folder, 'run');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function run(...words: string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const progress: string[] = [];
  const terminal: Terminal = {
    write: (text) => void (out += text),
    warn: (text) => void (err += text),
    progress: (text) => void progress.push(text),
    closed: new AbortController().signal,
  };
  const code = await runCli(['--data', dataDir, ...words], terminal);
  return { code, out, err, progress };
}

const json = ({ out }: Ran): unknown[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('without a daemon', () => {
  it('opens the database itself', async () => {
    const created = await run('account', 'create', ALICE, '--credits', '12,5', '--set', 'long=on', '--set', 'lang=en');
    expect(created).toMatchObject({ code: 0, err: '' });
    expect(created.out).toMatch(
      /^The account alice@example.fr is made; its balance is 12.5 credits.\nSending code, shown this once: \w{10}\n/,
    );
    const shown = await run('account', 'show', ALICE, '--json');
    expect(json(shown)).toMatchObject([{ email: ALICE, balanceMilli: 12_500, settings: { long: 'on', lang: 'en' } }]);
    const sent = await run(
      'send',
      '--from',
      ALICE,
      '--to',
      '0612345678',
      '0687654321',
      '--text',
      'Hi\u001b[2J',
      '--json',
    );
    expect(json(sent)).toMatchObject([{ accepted: true, priceMilli: 2000 }]);
    const listed = await run('messages', '--json', '--limit', '2');
    expect(json(listed).map((one) => (one as { to: string }).to)).toEqual(['+33612345678', '+33687654321']);
    expect(listed.err).toContain('--limit');
    // The table for people: the whole, aligned, nothing that steers a terminal.
    const table = await run('messages');
    expect(table.out).not.toContain('\u001b');
    const [head = '', first = '', second = ''] = table.out.split('\n');
    expect(first.indexOf('queued')).toBe(head.indexOf('STATE'));
    expect(second.indexOf('queued')).toBe(head.indexOf('STATE'));
    expect(await run('verify')).toMatchObject({ code: 0, err: '' });
  });

  it.each([
    ['an unknown command', 64, ['nonsense']],
    ['an unknown option', 64, ['messages', '--nonsense']],
    ['a missing option', 64, ['send', '--from', ALICE]],
    ['no credits', 64, ['credit', 'add', ALICE, 'x', '--method', 'm']],
    ['no pair', 64, ['account', 'set', ALICE, 'x']],
    ['no instant', 64, ['messages', '--since', 'yesterday']],
    ['no address', 64, ['account', 'create', 'alice']],
    ['no order', 65, ['order', 'show', 'x']],
    ['no file', 66, ['explain', '/nonexistent/x.eml']],
    ['no account', 67, ['account', 'show', 'bob@example.fr']],
    ['no daemon', 69, ['reload']],
  ])('%s ends with %i and one line', async (_what, code, words) => {
    await run('account', 'create', ALICE, '--no-mail');
    const ran = await run(...words);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toMatch(/^petitbleu: [^\n]+\n$/);
  });

  it('makes a data folder only where that can be meant', async () => {
    expect(await run('messages')).toMatchObject({ code: 66, out: '' });
    expect(await run('phone')).toMatchObject({ code: 66 });
    expect(await run('account', 'create', ALICE, '--no-mail')).toMatchObject({ code: 0 });
    expect(await run('messages')).toMatchObject({ code: 0, out: 'No messages.\n' });
    expect(await run('phone')).toMatchObject({ code: 0 });
  });

  it('tells a refused order, and what trying later would help', async () => {
    await run('account', 'create', ALICE, '--no-mail', '--credits', '5', '--set', 'dailyCap=1');
    const refused = await run('send', '--from', ALICE, '--to', '12', '--text', 'x');
    expect(refused.code).toBe(65);
    expect(refused.out).toMatch(/^Refused: .*12/);
    const capped = await run('send', '--from', ALICE, '--to', '0612345678', '0687654321', '--text', 'x', '--json');
    expect(capped.code).toBe(75);
    expect(json(capped)).toMatchObject([{ accepted: false, code: 'daily-cap', smtp: '552 5.2.2' }]);
  });

  it('tells every mistake of the configuration', async () => {
    const file = join(folder, 'p.yaml');
    writeFileSync(file, 'nonsense: 1\nlog: {level: loud}\n');
    for (const words of [['check-config'], ['config', 'show'], ['account', 'create', ALICE], ['start']]) {
      const ran = await run('--config', file, ...words);
      expect(ran).toMatchObject({ code: 78, out: '' });
      expect(ran.err).toMatch(/^petitbleu: .*p\.yaml:1:1: nonsense: .*\npetitbleu: .*p\.yaml:2:\d+: log\.level: .*\n$/);
    }
  });

  it('shows the configuration and its schema', async () => {
    const changed = await run('config', 'show', '--changed', '--json');
    expect(json(changed)).toEqual([{}]);
    expect((await run('config', 'show')).out).toContain('domains:');
    expect(JSON.parse((await run('config', 'schema')).out)).toMatchObject({ type: 'object' });
    expect(await run('check-config')).toMatchObject({ code: 0 });
  });

  it('imports contacts in packets, with a bar', async () => {
    await run('account', 'create', ALICE, '--no-mail');
    const file = join(folder, 'Mes élèves.csv');
    const lines = Array.from({ length: 1200 }, (_, at) => `N${at};06${String(12_000_000 + at)}`);
    writeFileSync(file, ['nom;tel;ville', ...lines, 'B;12'].join('\n'));
    const imported = await run('contacts', 'import', ALICE, file, '--json');
    expect(json(imported)).toMatchObject([
      {
        group: 'Mes élèves',
        added: 1200,
        updated: 0,
        merged: 0,
        refused: [{ line: 1202, number: '12' }],
        ignored: ['ville'],
      },
    ]);
    expect(imported.progress).toHaveLength(4);
    expect(imported.progress[1]).toMatch(/^\[#{12}-{18}\] 41 % {2}500 of 1200 contacts$/);
    expect(imported.progress.at(-1)).toBe('');
    expect((await run('group', 'list', ALICE)).out).toMatch(/Mes élèves +1200\n/);
    expect((await run('contacts', 'groups', ALICE)).out).toMatch(/Mes élèves +1200\n/);
    writeFileSync(file, 'B;12\n');
    expect(await run('contacts', 'import', ALICE, file)).toMatchObject({ code: 65 });
  });

  it('explains a mail from a file', async () => {
    await run('account', 'create', ALICE, '--no-mail', '--code', 'FGB45L', '--credits', '5');
    const file = join(folder, 'm.eml');
    writeFileSync(file, `From: ${ALICE}\nTo: sms@localhost\nSubject: FGB45L:0612345678\n\nBonjour\n`);
    const shown = await run('explain', file);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('ACCEPTED: 1 message for 1 credit');
    expect(json(await run('explain', file, '--json'))).toMatchObject([
      { accepted: true, order: null, text: 'Bonjour' },
    ]);
    const refused = await run('explain', file, '--rcpt', 'sms@elsewhere.fr');
    expect(refused.code).toBe(65);
    expect(refused.out).toContain('REFUSED (550 5.7.1, relay-denied)');
  });
});

describe('with a daemon', () => {
  it('asks it, whatever the configuration file holds', async () => {
    const world = await openWorld();
    dataDir = world.dataDir;
    const control = await startControl({ dataDir, log: world.context.log });
    if (!control.ok) throw new Error(control.error.text);
    const asked: string[] = [];
    control.value.serve((operation, params) => {
      asked.push(operation);
      return perform(world.context, operation, params);
    });
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, 'nonsense: 1\n');
    const created = await run('--config', file, 'account', 'create', ALICE, '--no-mail', '--credits', '3');
    expect(created).toMatchObject({ code: 0, err: '' });
    const listed = await run('account', 'list', '--json');
    expect(json(listed)).toMatchObject([{ email: ALICE, balanceMilli: 3000 }]);
    expect(await run('account', 'show', 'bob@example.fr')).toMatchObject({ code: 67, out: '' });
    expect(await run('start')).toMatchObject({ code: 75, out: '' });
    expect(asked).toEqual(['account.create', 'account.list', 'account.show']);
    await control.value.stop();
    await world.stop();
  });
});

describe('help', () => {
  it.each(
    `start|reload|check-config|config show|config schema|account create|account list|account show|account set|account new-code
    |account add-sender|account close|credit add|credit transfer|credit statement|contacts import|group list|group show
    |group delete|blacklist add|blacklist remove|blacklist list|send|explain|messages|order show|queue list|queue cancel
    |queue retry|queue settle|phone|verify|backup|restore|doctor`
      .split('|')
      .map((words) => words.trim().split(' ')),
  )('%s %s has an example and the common options', async (...words) => {
    const ran = await run(...words.filter((word): word is string => typeof word === 'string'), '--help');
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(
      new RegExp(`Example:\n  petitbleu .*${words.filter(Boolean).join(' ').replace(' list', '')}`),
    );
    for (const option of ['--config', '--data', '--json']) expect(ran.out).toContain(option);
  });
});
