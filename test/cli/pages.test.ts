// Long lists come in pages, so that the daemon never holds one whole: what a command prints is the whole list all the same.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { perform } from '../../src/cli/operations/registry.js';
import { runCli } from '../../src/cli/program.js';
import { startControl } from '../../src/control/server.js';
import { openWorld, type World } from './world.js';

const ALICE = 'alice@example.fr';
const NAMES = Array.from({ length: 230 }, (_, at) => `a${String(at).padStart(3, '0')}@example.fr`);

let world: World;
let folder: string;

beforeEach(async () => {
  world = await openWorld();
  folder = mkdtempSync(join(tmpdir(), 'pb-pages-'));
});
afterEach(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

async function makeAccounts(): Promise<void> {
  const { store, clock } = world.context;
  for (const email of NAMES) {
    await store.createAccount({ email, codeHash: 'none', settings: {}, creditsMilli: 0, nowMs: clock.now() });
  }
}

/** An order to so many numbers, and two small ones of another account around it. */
async function makeOrders(count: number): Promise<string> {
  await world.get('account.create', { email: ALICE, creditsMilli: 1e9, mail: false });
  await world.get('account.create', { email: NAMES[0] ?? '', creditsMilli: 1e9, mail: false });
  const send = (from: string, to: string[]) => world.get('send', { from, to, text: `to ${to.length}` });
  const few = ['0612340001', '0612340002'];
  await send(NAMES[0] ?? '', few);
  world.clock.set(world.clock.now() + 1000);
  const numbers = Array.from({ length: count }, (_, at) => `+3361${String(2_000_000 + at)}`);
  const { decision } = await send(ALICE, numbers);
  world.clock.set(world.clock.now() + 1000);
  await send(NAMES[0] ?? '', ['0612340003', '0612340004']);
  if (!decision.accepted) throw new Error(decision.text);
  return decision.order ?? '';
}

/** Every page of so many, one after the other. */
async function pagesOf(limit: number, filter: { account?: string; order?: string } = {}): Promise<string[][]> {
  const pages: string[][] = [];
  let page = await world.get('messages', { ...filter, limit });
  pages.push(page.messages.map(({ id }) => id));
  while (page.next) {
    if (pages.length > 100) throw new Error('the pages have no end');
    page = await world.get('messages', { ...filter, limit, after: page.next });
    pages.push(page.messages.map(({ id }) => id));
  }
  return pages;
}

describe('accounts', () => {
  it('come a hundred at a time, in order, and none is left out or comes twice', async () => {
    await makeAccounts();
    const first = await world.get('account.list', {});
    expect(first.accounts.map(({ email }) => email)).toEqual(NAMES.slice(0, 100));
    const second = await world.get('account.list', { after: first.next ?? '' });
    const third = await world.get('account.list', { after: second.next ?? '' });
    expect([...first.accounts, ...second.accounts, ...third.accounts].map(({ email }) => email)).toEqual(NAMES);
    expect(third.next).toBeNull();
  });

  it('are shown with all of their addresses', async () => {
    await makeAccounts();
    await world.get('account.add-sender', { email: NAMES[200] ?? '', address: 'other@example.fr' });
    const shown = await world.get('account.show', { email: 'other@example.fr' });
    expect(shown).toMatchObject({ email: NAMES[200], senders: ['other@example.fr'] });
  });
});

describe('messages', () => {
  it.each([1, 3, 4, 7, 1000])('are the same in pages of %s', async (limit) => {
    await makeOrders(12);
    const [whole = []] = await pagesOf(1000);
    expect(whole).toHaveLength(16);
    const pages = await pagesOf(limit);
    expect(pages.flat()).toEqual(whole);
    expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    expect(pages.at(-1)?.length).toBeGreaterThan(0);
  });

  it('are filtered on every page', async () => {
    const order = await makeOrders(12);
    const ofOrder = (await pagesOf(5, { order })).flat();
    expect(ofOrder).toEqual(Array.from({ length: 12 }, (_, at) => `${order}-${at + 1}`));
    expect((await pagesOf(5, { account: ALICE })).flat()).toEqual(ofOrder);
    expect((await pagesOf(3, { account: NAMES[0] ?? '' })).flat()).toHaveLength(4);
  });
});

describe('the commands print the whole list', () => {
  const run = async (...words: string[]): Promise<string[]> => {
    let out = '';
    const terminal = {
      ...{ write: (text: string) => void (out += text), warn: () => undefined, progress: () => undefined },
      closed: new AbortController().signal,
    };
    expect(await runCli(['--data', folder, ...words], terminal)).toBe(0);
    return out.trimEnd().split('\n');
  };
  const ids = (lines: readonly string[]): unknown[] => lines.map((line) => (JSON.parse(line) as { id: unknown }).id);

  it('from a daemon', async () => {
    await makeAccounts();
    const order = await makeOrdersOfAlice();
    const control = await startControl({ dataDir: folder, log: world.context.log });
    if (!control.ok) throw new Error(control.error.text);
    control.value.serve((operation, params) => perform(world.context, operation, params));
    try {
      const listed = await run('account', 'list', '--json');
      expect(listed.map((line) => (JSON.parse(line) as { email: string }).email)).toEqual([ALICE, ...NAMES].sort());
      expect(await run('account', 'list')).toHaveLength(NAMES.length + 2);
      const all = Array.from({ length: 2_050 }, (_, at) => `${order}-${at + 1}`);
      expect(ids(await run('messages', '--limit', '5000', '--json'))).toEqual(all);
      expect(ids(await run('messages', '--limit', '1500', '--json'))).toEqual(all.slice(0, 1500));
      const [shown = ''] = await run('order', 'show', order, '--json');
      const { messages } = JSON.parse(shown) as { messages: { id: string }[] };
      expect(messages.map(({ id }) => id)).toEqual(all);
    } finally {
      await control.value.stop();
    }
  });

  async function makeOrdersOfAlice(): Promise<string> {
    await world.get('account.create', { email: ALICE, creditsMilli: 1e9, mail: false });
    const to = Array.from({ length: 2_050 }, (_, at) => `+3361${String(2_000_000 + at)}`);
    const { decision } = await world.get('send', { from: ALICE, to, text: 'Bonjour' });
    if (!decision.accepted) throw new Error(decision.text);
    expect(new Set(decision.messages.map(({ id }) => id)).size).toBe(2_050);
    return decision.order ?? '';
  }
});
