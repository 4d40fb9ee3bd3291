// API keys by the operations and by the command: shown once, listed with the day of their last use, revoked alone.

import { describe, expect, it } from 'vitest';

import { runCli } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { ALICE, BOB, worldOfEach, type World } from './world.js';

let world: World;

worldOfEach((opened) => (world = opened));

describe('api keys', () => {
  it('are given once, and stand nowhere else', async () => {
    await world.account();
    const made = await world.get('api-key.create', { email: ALICE, name: ' monitoring ' });
    expect(made).toEqual({
      ...{ id: 1, name: 'monitoring', email: ALICE, createdAt: '2026-01-15T09:00:00.000Z' },
      ...{ lastUsed: null, revokedAt: null, key: expect.stringMatching(/^pb_[a-z0-9]{40}$/) as string },
    });
    const listed = await world.get('api-key.list', { email: ALICE });
    expect(listed).toEqual([
      { id: 1, name: 'monitoring', createdAt: '2026-01-15T09:00:00.000Z', lastUsed: null, revokedAt: null },
    ]);
    expect(world.logged.join()).toContain('api-key.created');
    expect(world.logged.join()).not.toContain(made.key);
  });

  it('are never the same twice', async () => {
    await world.account();
    const one = await world.get('api-key.create', { email: ALICE, name: 'a' });
    const two = await world.get('api-key.create', { email: ALICE, name: 'a' });
    expect(two.key).not.toBe(one.key);
    expect(two.id).not.toBe(one.id);
  });

  it('are revoked alone, by their own account, once and for all', async () => {
    await world.account();
    await world.account(BOB);
    const [first, second] = [
      await world.get('api-key.create', { email: ALICE, name: 'first' }),
      await world.get('api-key.create', { email: ALICE, name: 'second' }),
    ];
    const digest = (key: string): string => world.context.secrets.digest(key);
    expect(await world.call('api-key.revoke', { email: BOB, id: first.id })).toMatchObject({
      ok: false,
      error: { text: `the account ${BOB} has no key ${first.id} (petitbleu api-key list ${BOB})` },
    });
    const revoked = await world.get('api-key.revoke', { email: ALICE, id: first.id });
    expect(revoked.revokedAt).toBe('2026-01-15T09:00:00.000Z');
    await world.clock.advance(60_000);
    expect(await world.get('api-key.revoke', { email: ALICE, id: first.id })).toEqual(revoked);
    expect(await world.context.store.findApiKey(digest(first.key))).toBeNull();
    expect(await world.context.store.findApiKey(digest(second.key))).toMatchObject({ key: { name: 'second' } });
  });

  it.each([
    ['no name', { email: ALICE, name: ' ' }],
    ['a name that steers a terminal', { email: ALICE, name: 'a\u001b[2J' }],
    ['a long name', { email: ALICE, name: 'x'.repeat(61) }],
  ])('refuse %s', async (_name, params) => {
    await world.account();
    expect(await world.call('api-key.create', params)).toMatchObject({ ok: false, error: { kind: 'usage' } });
  });

  it('belong to an account that is there', async () => {
    const answer = await world.call('api-key.create', { email: ALICE, name: 'x' });
    expect(answer).toMatchObject({ ok: false, error: { kind: 'no-user' } });
  });
});

it('the command shows all of it to a person', async () => {
  const out: string[] = [];
  const data = `${world.dataDir}/cli`;
  const terminal: Terminal = {
    write: (text) => void out.push(text),
    warn: (text) => void out.push(text),
    progress: () => undefined,
    closed: new AbortController().signal,
  };
  const run = async (...words: string[]): Promise<string> => {
    out.length = 0;
    expect(await runCli(['--data', data, ...words], terminal)).toBe(0);
    return out.join('');
  };
  await run('account', 'create', ALICE, '--no-mail');
  const made = await run('api-key', 'create', ALICE, '--name', 'monitoring');
  expect(made).toMatch(
    /^The key 1 "monitoring" is made\.\nUser name: alice@example\.fr\nPassword, shown this once: pb_/,
  );
  expect(await run('api-key', 'list', ALICE)).toMatch(/1 {2}monitoring {2}\d{4}-\d\d-\d\d {2}never\n$/);
  expect(await run('api-key', 'revoke', ALICE, '1')).toBe('The key 1 "monitoring" is void.\n');
  expect(await run('api-key', 'list', ALICE)).toMatch(/never {6}revoked \d{4}/);
});
