// The operations against the real store: accounts and codes, credit, groups, blacklists, sending, the queue.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { operations } from '../../src/cli/operations/registry.js';
import { openWorld, type World } from './world.js';

let world: World;

beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.stop();
});

const ALICE = 'alice@example.fr';
const BOB = 'bob@example.fr';

async function account(email = ALICE, creditsMilli = 10_000, settings: Record<string, string> = {}) {
  return world.get('account.create', { email, creditsMilli, settings, mail: false });
}

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
    expect(await world.get('account.list', {})).toEqual([]);
  });

  it('mails nothing where nothing is asked for', async () => {
    expect((await account()).mail).toBeNull();
    expect(() => world.mails()).toThrow(/ENOENT/);
  });

  it('refuses an address twice, and what is no address', async () => {
    await account();
    expect(await world.call('account.create', { email: ALICE })).toMatchObject({ ok: false, error: { kind: 'data' } });
    const wrong = await world.call('account.create', { email: 'alice' });
    expect(wrong).toMatchObject({ ok: false, error: { kind: 'usage' } });
    expect(JSON.stringify(wrong)).toContain('alice@example.fr');
  });

  it('sets all settings or none, and tells every mistake with the nearest key', async () => {
    await account();
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
    const { code } = await account();
    const changed = await world.get('account.new-code', { email: ALICE });
    expect(changed.code).not.toBe(code);
    const found = await world.context.store.findAccount([ALICE]);
    const hash = found?.account.codeHash ?? null;
    expect(await world.context.secrets.verify(code, hash)).toBe(false);
    expect(await world.context.secrets.verify(changed.code, hash)).toBe(true);
  });

  it('finds an account by any of its addresses', async () => {
    await account();
    await world.get('account.add-sender', { email: ALICE, address: 'Alerts@Example.fr' });
    const shown = await world.get('account.show', { email: 'alerts@example.fr' });
    expect(shown).toMatchObject({ email: ALICE, senders: ['alerts@example.fr'] });
    await account(BOB);
    expect(await world.call('account.add-sender', { email: BOB, address: ALICE })).toMatchObject({
      ok: false,
      error: { kind: 'data' },
    });
  });

  it('closes an account: it sends no more', async () => {
    await account();
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

describe('credit', () => {
  it('is added and moved, visible in both statements', async () => {
    await account(ALICE, 0);
    await account(BOB, 0);
    await world.get('credit.add', { email: ALICE, amountMilli: 12_500, method: 'transfer', reference: 'VIR 1' });
    expect(await world.get('credit.transfer', { from: ALICE, to: BOB, amountMilli: 2500 })).toMatchObject({
      balanceMilli: 10_000,
    });
    const [ofAlice, ofBob] = [
      await world.get('credit.statement', { email: ALICE }),
      await world.get('credit.statement', { email: BOB }),
    ];
    expect(ofAlice.lines.map(({ kind, balanceChangeMilli }) => [kind, balanceChangeMilli]).slice(0, 2)).toEqual([
      ['transfer', -2500],
      ['issue', 12_500],
    ]);
    expect(ofAlice.lines[1]).toMatchObject({ method: 'transfer', reference: 'VIR 1' });
    expect(ofBob).toMatchObject({ email: BOB, balanceMilli: 2500, zone: 'Europe/Paris' });
    expect(ofBob.lines[0]).toMatchObject({ kind: 'transfer', balanceChangeMilli: 2500 });
    expect(await world.get('verify', {})).toMatchObject({ faults: [] });
  });

  it('cannot be moved where there is not enough, nor be nothing', async () => {
    await account(ALICE, 1000);
    await account(BOB, 0);
    const moved = await world.call('credit.transfer', { from: ALICE, to: BOB, amountMilli: 1001 });
    expect(moved).toMatchObject({ ok: false, error: { kind: 'data' } });
    for (const amountMilli of [0, -5, 1.5, Number.NaN]) {
      const wrong = await world.call('credit.add', { email: ALICE, amountMilli, method: 'x' });
      expect(wrong).toMatchObject({ ok: false, error: { kind: 'usage' } });
    }
    expect((await world.get('account.show', { email: ALICE })).balanceMilli).toBe(1000);
  });
});

describe('groups and blacklists', () => {
  const contacts = [
    { name: 'Zoé', number: '+33612345678', values: ['6e B'] },
    { name: '', number: '+33687654321', values: [] },
  ];

  it('imports, shows and deletes a group, found without case and accents', async () => {
    await account();
    const params = { email: ALICE, group: 'Élèves', contacts };
    expect(await world.get('contacts.import', params)).toEqual({ added: 2, updated: 0 });
    expect(await world.get('contacts.import', params)).toEqual({ added: 0, updated: 2 });
    expect(await world.get('group.list', { email: ALICE })).toMatchObject([{ name: 'Élèves', memberCount: 2 }]);
    const shown = await world.get('group.show', { email: ALICE, group: 'eleves' });
    expect(shown.contacts).toContainEqual(contacts[0]);
    expect(await world.get('group.delete', { email: ALICE, group: 'ELEVES' })).toMatchObject({ name: 'Élèves' });
    expect(await world.call('group.show', { email: ALICE, group: 'Élèves' })).toMatchObject({
      ok: false,
      error: { kind: 'data' },
    });
  });

  it.each(['0612345678', 'a:b', 'a@b', '', ' ', 'x'.repeat(61), 'a\nb'])('refuses the group name %j', async (group) => {
    await account();
    const answer = await world.call('contacts.import', { email: ALICE, group, contacts });
    expect(answer).toMatchObject({ ok: false, error: { kind: 'usage' } });
  });

  it('refuses a contact whose number is not normalised', async () => {
    await account();
    for (const number of ['0612345678', '+330612345678', 'x', '+3361234567800']) {
      const answer = await world.call('contacts.import', {
        email: ALICE,
        group: 'g',
        contacts: [{ name: '', number, values: [] }],
      });
      expect(answer).toMatchObject({ ok: false, error: { kind: 'data' } });
    }
    expect(await world.get('group.list', { email: ALICE })).toEqual([]);
  });

  it('keeps the list of an account and the one of all apart', async () => {
    await account();
    expect(await world.get('blacklist.add', { email: ALICE, number: '06 12 34 56 78' })).toEqual({
      email: ALICE,
      number: '+33612345678',
    });
    await world.get('blacklist.add', { email: null, number: '0687654321' });
    expect(await world.get('blacklist.list', { email: ALICE })).toEqual(['+33612345678']);
    expect(await world.get('blacklist.list', { email: null })).toEqual(['+33687654321']);
    const sent = await world.get('send', { from: ALICE, to: ['0612345678', '0687654321', '0611223344'], text: 'x' });
    expect(sent.decision).toMatchObject({ accepted: true, messages: [{ to: '+33611223344' }] });
    expect(sent.decision.refused.map(({ to, code }) => [to, code])).toEqual([
      ['+33612345678', 'number-blacklisted'],
      ['+33687654321', 'number-blacklisted'],
    ]);
    await world.get('blacklist.remove', { email: ALICE, number: '+33612345678' });
    expect(await world.get('blacklist.list', { email: ALICE })).toEqual([]);
    expect(await world.call('blacklist.remove', { email: ALICE, number: '0612345678' })).toMatchObject({
      ok: false,
      error: { kind: 'data' },
    });
    expect(await world.call('blacklist.add', { email: null, number: '12' })).toMatchObject({
      ok: false,
      error: { kind: 'data' },
    });
  });
});

describe('send', () => {
  it('records an order with its message ids', async () => {
    await account(ALICE, 10_000, { overseas: 'on' });
    await world.get('contacts.import', {
      email: ALICE,
      group: 'Parents',
      contacts: [{ name: 'A', number: '+33687654321', values: [] }],
    });
    const { decision } = await world.get('send', {
      from: ALICE,
      to: ['0612345678', 'parents', '0690112233', '12'],
      text: 'L’école',
    });
    if (!decision.accepted) throw new Error(decision.text);
    expect(decision).toMatchObject({ text: "L'école", encoding: 'gsm7', parts: 1, priceMilli: 6000, cutBy: null });
    expect(decision.replaced).toEqual([{ from: '’', to: "'", count: 1 }]);
    expect(decision.dueAt).toBe('2026-01-15T09:00:00.000Z');
    expect(decision.messages.map(({ to, priceMilli }) => [to, priceMilli])).toEqual([
      ['+33612345678', 1000],
      ['+33687654321', 1000],
      ['+590690112233', 4000],
    ]);
    expect(decision.refused).toMatchObject([{ to: '12', code: expect.any(String) as string }]);
    const listed = await world.get('messages', { order: decision.order ?? '' });
    expect(new Set(listed.messages.map(({ id }) => id))).toEqual(new Set(decision.messages.map(({ id }) => id)));
    const message = listed.messages.find(({ to }) => to === '+33612345678');
    expect(Object.keys(message ?? {})).toEqual(
      'id,order,account,to,sender,text,encoding,parts,state,reason,dueAt,createdAt,submittedAt,finalAt,carrier,carrierIds,priceMilli,source,zone'.split(
        ',',
      ),
    );
    expect(message).toMatchObject({
      account: ALICE,
      state: 'queued',
      source: 'cli',
      zone: 'FR',
      submittedAt: null,
      carrierIds: [],
    });
    expect(await world.get('order.show', { id: decision.order ?? '' })).toMatchObject({
      zone: 'Europe/Paris',
      order: { account: ALICE, requester: ALICE, source: 'cli', syntax: null, scheduledFor: null },
    });
  });

  it('writes nothing in a dry run', async () => {
    await account();
    const { decision } = await world.get('send', { from: ALICE, to: ['0612345678'], text: 'x', dryRun: true });
    expect(decision).toMatchObject({ accepted: true, order: null, messages: [{ id: null, to: '+33612345678' }] });
    expect((await world.get('messages', {})).messages).toEqual([]);
    expect(await world.get('account.show', { email: ALICE })).toMatchObject({ balanceMilli: 10_000, reservedMilli: 0 });
  });

  it.each([
    ['2026-01-16 09:30', '2026-01-16T08:30:00.000Z'],
    ['2026-01-16T09:30', '2026-01-16T08:30:00.000Z'],
    ['2026-07-16T09:30:00Z', '2026-07-16T09:30:00.000Z'],
    ['2026-07-16T09:30+0200', '2026-07-16T07:30:00.000Z'],
    ['093016012026', '2026-01-16T08:30:00.000Z'],
  ])('understands the date %s', async (at, dueAt) => {
    await account();
    const { decision } = await world.get('send', { from: ALICE, to: ['0612345678'], text: 'x', at, dryRun: true });
    expect(decision).toMatchObject({ accepted: true, dueAt });
  });

  it('tells a date that is none, and one that is past', async () => {
    await account();
    for (const at of ['tomorrow', '2026-13-01T00:00Z', '2026-01-16'])
      expect(await world.call('send', { from: ALICE, to: ['0612345678'], text: 'x', at })).toMatchObject({
        ok: false,
        error: { kind: 'usage' },
      });
    const { decision } = await world.get('send', {
      from: ALICE,
      to: ['0612345678'],
      text: 'x',
      at: '2026-01-14 09:00',
    });
    expect(decision).toMatchObject({ accepted: false, code: 'date-past' });
    expect(
      await world.get('send', { from: ALICE, to: ['0612345678'], text: 'x', at: '2026-02-31 09:00' }),
    ).toMatchObject({
      decision: { accepted: false, code: 'date-invalid', smtp: '554 5.6.0' },
    });
  });

  it('tells an account without credit, and an unknown one', async () => {
    await account(ALICE, 500);
    const { decision } = await world.get('send', { from: ALICE, to: ['0612345678'], text: 'x' });
    expect(decision).toMatchObject({ accepted: false, code: 'no-credit', smtp: '552 5.2.2' });
    expect(await world.call('send', { from: BOB, to: ['0612345678'], text: 'x' })).toMatchObject({
      ok: false,
      error: { kind: 'no-user' },
    });
  });
});

describe('the queue', () => {
  it('lists what waits, cancels it, and gives the credit back', async () => {
    await account();
    const { decision } = await world.get('send', {
      from: ALICE,
      to: ['0612345678', '0687654321'],
      text: 'later',
      at: '2026-01-16 09:30',
    });
    await world.get('send', { from: ALICE, to: ['0612345678'], text: 'now' });
    const queue = await world.get('queue.list', {});
    expect(queue).toMatchObject({ states: { scheduled: 2, queued: 1 }, zone: 'Europe/Paris' });
    expect(queue.orders.map(({ account: email, text, open, dueAt }) => [email, text, open, dueAt])).toEqual([
      [ALICE, 'now', 1, '2026-01-15T09:00:00.000Z'],
      [ALICE, 'later', 2, '2026-01-16T08:30:00.000Z'],
    ]);
    if (!decision.accepted) throw new Error(decision.text);
    expect(await world.get('queue.cancel', { id: decision.messages[0]?.id ?? '' })).toEqual({ changed: 1 });
    expect(await world.get('queue.cancel', { id: decision.order ?? '' })).toEqual({ changed: 1 });
    expect(await world.call('queue.cancel', { id: decision.order ?? '' })).toMatchObject({
      ok: false,
      error: { kind: 'data' },
    });
    const cancelled = await world.get('messages', { account: ALICE, state: 'cancelled' });
    expect(cancelled.messages).toHaveLength(2);
    expect(await world.get('verify', {})).toMatchObject({ faults: [] });
  });

  it('tells an unknown id and a state that nothing is settled with', async () => {
    const none = { ok: false, error: { kind: 'data' } };
    expect(await world.call('queue.retry', { id: 'none' })).toMatchObject(none);
    expect(await world.call('order.show', { id: 'none' })).toMatchObject(none);
    expect(await world.call('queue.settle', { id: 'none', state: 'queued' })).toMatchObject(none);
  });
});

describe('calls from outside', () => {
  it.each([
    ['no operation', 'nothing', {}],
    ['a name of Object', 'constructor', {}],
    ['no params', 'send', null],
    ['a list', 'account.list', []],
    ['a key too many', 'account.list', { x: 1 }],
    ['a wrong type', 'account.show', { email: 7 }],
    ['a wrong state', 'messages', { state: 'gone' }],
    ['too much', 'messages', { limit: 1e9 }],
    ['no base64', 'explain', { raw: '§' }],
  ])('tells %s', async (_what, name, params) => {
    const answer = await world.call(name as 'verify', params as Record<string, never>);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'usage' } });
  });

  it('has nothing to reload without a daemon', async () => {
    expect(await world.call('reload', {})).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  });
});
