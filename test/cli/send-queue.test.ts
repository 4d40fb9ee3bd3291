// Sending from the command line, the queue, and calls that nobody should make; against the real store.

import { describe, expect, it } from 'vitest';

import { ALICE, BOB, worldOfEach, type World } from './world.js';

let world: World;

worldOfEach((opened) => (world = opened));

describe('send', () => {
  it('records an order with its message ids', async () => {
    await world.account(ALICE, 10_000, { overseas: 'on' });
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
    await world.account();
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
    await world.account();
    const { decision } = await world.get('send', { from: ALICE, to: ['0612345678'], text: 'x', at, dryRun: true });
    expect(decision).toMatchObject({ accepted: true, dueAt });
  });

  it('tells a date that is none, and one that is past', async () => {
    await world.account();
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
    await world.account(ALICE, 500);
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
    await world.account();
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
    expect((await world.context.store.verify()).faults).toEqual([]);
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
    const answer = await world.call(name as 'reload', params as Record<string, never>);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'usage' } });
  });

  it('has nothing to reload without a daemon', async () => {
    expect(await world.call('reload', {})).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  });
});
