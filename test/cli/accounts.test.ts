// Operations on accounts, against the real store: codes, settings, addresses; and what they say of an unknown account.

import { describe, expect, it } from 'vitest';

import { operations } from '../../src/cli/operations/registry.js';
import { ALICE, BOB, worldOfEach, type World } from './world.js';

let world: World;

worldOfEach((opened) => (world = opened));

describe('accounts', () => {
  it('gives a generated code once, and mails it', async () => {
    const made = await world.get('account.create', { email: 'Alice@Example.FR', creditsMilli: 5000 });
    expect(made).toMatchObject({
      email: ALICE,
      senders: [],
      balanceMilli: 5000,
      reservedMilli: 0,
      lang: 'fr',
      zone: 'Europe/Paris',
      closed: false,
      mail: { kind: 'sent' },
    });
    expect(made.settings).toMatchObject({ long: 'off', duplicates: 'on', lifetime: '48h', cutoff: 'off' });
    expect(made.code).toMatch(/^[a-z0-9]{10}$/);
    expect(world.mails()).toHaveLength(1);
    expect(world.mails()[0]).toContain(made.code);
    expect(world.logged.join()).not.toContain(made.code);
    expect(await world.get('account.show', { email: ALICE })).not.toHaveProperty('code');
  });

  it('takes a chosen code, and does not repeat it in the mail', async () => {
    const made = await world.get('account.create', { email: ALICE, code: 'Chosen77', settings: { lang: 'en' } });
    expect(made.code).toBe('Chosen77');
    expect(world.mails()).toHaveLength(1);
    expect(world.mails()[0]).not.toMatch(/chosen77/i);
    const found = await world.context.store.findAccount([ALICE]);
    expect(await world.context.secrets.verify('CHOSEN77', found?.account.codeHash ?? null)).toBe(true);
  });

  it.each(['12345678', 'short', 'with-dash', 'é'.repeat(8)])('refuses the code %s', async (code) => {
    expect(await world.call('account.create', { email: ALICE, code })).toMatchObject({
      ok: false,
      error: { kind: 'usage' },
    });
    expect(await world.get('account.list', {})).toEqual({ accounts: [], next: null });
  });

  it('mails nothing where nothing is asked for', async () => {
    expect((await world.account()).mail).toBeNull();
    expect(() => world.mails()).toThrow(/ENOENT/);
  });

  it('refuses an address twice, and what is no address', async () => {
    await world.account();
    expect(await world.call('account.create', { email: ALICE })).toMatchObject({ ok: false, error: { kind: 'data' } });
    const wrong = await world.call('account.create', { email: 'alice' });
    expect(wrong).toMatchObject({ ok: false, error: { kind: 'usage' } });
    expect(JSON.stringify(wrong)).toContain('alice@example.fr');
  });

  it('sets all settings or none, and tells every mistake with the nearest key', async () => {
    await world.account();
    const wrong = await world.call('account.set', {
      email: ALICE,
      settings: { long: 'on', overseeas: 'on', euro: 'maybe' },
    });
    if (wrong.ok) throw new Error('accepted');
    expect(wrong.error.kind).toBe('usage');
    expect(wrong.error.text).toMatch(/overseeas.*overseas/);
    expect(wrong.error.text).toMatch(/euro=maybe/);
    expect((await world.get('account.show', { email: ALICE })).settings['long']).toBe('off');
    const settings = { long: 'on', LIFETIME: '3d', 'notify.delivered': 'on' };
    const set = await world.get('account.set', { email: ALICE, settings });
    expect(set.settings).toMatchObject({ long: 'on', lifetime: '72h', 'notify.delivered': 'on' });
  });

  it('changes a code: the old one is void', async () => {
    const { code } = await world.account();
    const changed = await world.get('account.new-code', { email: ALICE });
    expect(changed.code).not.toBe(code);
    const found = await world.context.store.findAccount([ALICE]);
    const hash = found?.account.codeHash ?? null;
    expect(await world.context.secrets.verify(code, hash)).toBe(false);
    expect(await world.context.secrets.verify(changed.code, hash)).toBe(true);
  });

  it('finds an account by any of its addresses', async () => {
    await world.account();
    await world.get('account.add-sender', { email: ALICE, address: 'Alerts@Example.fr' });
    const shown = await world.get('account.show', { email: 'alerts@example.fr' });
    expect(shown).toMatchObject({ email: ALICE, senders: ['alerts@example.fr'] });
    await world.account(BOB);
    expect(await world.call('account.add-sender', { email: BOB, address: ALICE })).toMatchObject({
      ok: false,
      error: { kind: 'data' },
    });
  });

  it('closes an account: it sends no more', async () => {
    await world.account();
    expect(await world.get('account.close', { email: ALICE })).toMatchObject({ closed: true });
    const sent = await world.get('send', { from: ALICE, to: ['0612345678'], text: 'x' });
    expect(sent.decision).toMatchObject({ accepted: false, code: 'not-accepted', smtp: '550 5.7.1' });
  });

  it.each(
    Object.keys(operations).filter((name) => /^(account\.(show|set|new|add|close)|credit|group|blacklist)/.test(name)),
  )('%s says that there is no such account', async (name) => {
    const params: Record<string, unknown> = {
      email: 'nobody@example.fr',
      settings: {},
      address: BOB,
      group: 'g',
      number: '0612345678',
    };
    const money = { amountMilli: 1, method: 'x' };
    const wanted: Record<string, unknown> = {
      'account.set': { email: params['email'], settings: {} },
      'account.add-sender': { email: params['email'], address: BOB },
      'credit.add': { email: params['email'], ...money },
      'credit.transfer': { from: params['email'], to: BOB, amountMilli: 1 },
      'group.show': { email: params['email'], group: 'g' },
      'group.delete': { email: params['email'], group: 'g' },
      'blacklist.add': { email: params['email'], number: '0612345678' },
      'blacklist.remove': { email: params['email'], number: '0612345678' },
    };
    const answer = await world.call(
      name as 'account.show',
      (wanted[name] ?? { email: params['email'] }) as { email: string },
    );
    expect(answer).toMatchObject({ ok: false, error: { kind: 'no-user' } });
  });
});
