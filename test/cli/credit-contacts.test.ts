// Operations on credit, groups and blacklists, against the real store.

import { describe, expect, it } from 'vitest';

import { ALICE, BOB, worldOfEach, type World } from './world.js';

let world: World;

worldOfEach((opened) => (world = opened));

describe('credit', () => {
  it('is added and moved, visible in both statements', async () => {
    await world.account(ALICE, 0);
    await world.account(BOB, 0);
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
    expect((await world.context.store.verify()).faults).toEqual([]);
  });

  it('cannot be moved where there is not enough, nor be nothing', async () => {
    await world.account(ALICE, 1000);
    await world.account(BOB, 0);
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
    await world.account();
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
    await world.account();
    const answer = await world.call('contacts.import', { email: ALICE, group, contacts });
    expect(answer).toMatchObject({ ok: false, error: { kind: 'usage' } });
  });

  it('refuses a contact whose number is not normalised', async () => {
    await world.account();
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
    await world.account();
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
