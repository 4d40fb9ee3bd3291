import { describe, expect, test } from 'vitest';

import {
  accept,
  balances,
  commandFor,
  DAY_MS,
  mailContext,
  newAccount,
  NOW,
  planFor,
  storeWithAccount,
  temporaryStore,
} from '../support/store.js';

describe('accepting orders', () => {
  test('an immediate order reserves its price and waits to be sent', async () => {
    const { store, account } = await storeWithAccount(10);
    const order = await accept(store, planFor(account, { to: ['+33611111111', '+33622222222'] }));
    expect(await balances(store, account.email)).toEqual({ balance: 8, reserved: 2 });
    const found = await store.messages({ order, limit: 10 });
    expect(found.map(({ message }) => [message.to, message.state])).toEqual([
      ['+33611111111', 'queued'],
      ['+33622222222', 'queued'],
    ]);
    expect((await store.verify()).faults).toEqual([]);
  });

  test('without enough credit for all of it nothing is sent, reserved or remembered', async () => {
    const { store, account } = await storeWithAccount(1);
    const reply = await store.acceptOrders(commandFor([planFor(account, { to: ['+33611111111', '+33622222222'] })]));
    expect(reply.orders[0]?.decision).toMatchObject({
      accepted: false,
      rejection: { reason: 'no-credit', params: { priceMilli: 2000, balanceMilli: 1000 } },
    });
    expect(await balances(store, account.email)).toEqual({ balance: 1, reserved: 0 });
    expect(await store.messages({ limit: 10 })).toEqual([]);
  });

  test('200 orders at once against credit for 10 send exactly 10', async () => {
    const { store, account } = await storeWithAccount(10);
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        store.acceptOrders(commandFor([planFor(account, { text: `alert ${index}` })])),
      ),
    );
    expect(replies.filter(({ orders }) => orders[0]?.decision.accepted)).toHaveLength(10);
    expect(await balances(store, account.email)).toEqual({ balance: 0, reserved: 10 });
    expect(await store.messages({ limit: 1000 })).toHaveLength(10);
    expect((await store.verify()).faults).toEqual([]);
  });

  test('a deferred order takes nothing before it is due, but must be affordable when it is accepted', async () => {
    const { store, account } = await storeWithAccount(1);
    await accept(store, planFor(account, { dueAtMs: NOW + DAY_MS }));
    expect(await balances(store, account.email)).toEqual({ balance: 1, reserved: 0 });
    const dear = planFor(account, { dueAtMs: NOW + DAY_MS, priceMilli: 2000, text: 'dear' });
    const reply = await store.acceptOrders(commandFor([dear]));
    expect(reply.orders[0]?.decision).toMatchObject({ accepted: false, rejection: { reason: 'no-credit' } });
  });

  test('the same text to the same number within 24 hours is refused, for that number only', async () => {
    const { store, account } = await storeWithAccount(10);
    await accept(store, planFor(account));
    const again = { to: ['+33612345678', '+33699999999'] };
    const reply = await store.acceptOrders(commandFor([planFor(account, { ...again, nowMs: NOW + DAY_MS - 1 })]));
    expect(reply.orders[0]?.decision).toMatchObject({
      accepted: true,
      messages: [{ to: '+33699999999' }],
      refused: [{ to: '+33612345678', rejection: { reason: 'duplicate' } }],
    });
    const later = await store.acceptOrders(commandFor([planFor(account, { nowMs: NOW + DAY_MS })]));
    expect(later.orders[0]?.decision).toMatchObject({ accepted: true });
  });

  test('the duplicate guard can be switched off, and does not count what never left', async () => {
    const store = await temporaryStore();
    const free = await newAccount(store, 'free@example.fr', 10, { duplicates: false });
    await accept(store, planFor(free));
    await accept(store, planFor(free));
    const guarded = await newAccount(store, 'guarded@example.fr', 10);
    const order = await accept(store, planFor(guarded));
    await store.cancel(order, NOW);
    await accept(store, planFor(guarded));
  });

  test('numbers on the blacklist of the account or of all get nothing', async () => {
    const { store, account } = await storeWithAccount(10);
    const listed = { listed: true, nowMs: NOW };
    await store.changeBlacklist({ email: account.email, number: '+33611111111', ...listed });
    await store.changeBlacklist({ email: null, number: '+33622222222', ...listed });
    const to = ['+33611111111', '+33622222222', '+33633333333'];
    const reply = await store.acceptOrders(commandFor([planFor(account, { to })]));
    expect(reply.orders[0]?.decision).toMatchObject({
      messages: [{ to: '+33633333333' }],
      refused: [{ rejection: { reason: 'number-blacklisted' } }, { rejection: { reason: 'number-blacklisted' } }],
    });
    const other = await newAccount(store, 'bob@example.fr', 10);
    const theirs = await store.acceptOrders(commandFor([planFor(other, { to })]));
    expect(theirs.orders[0]?.decision).toMatchObject({ messages: [{ to: '+33611111111' }, { to: '+33633333333' }] });
  });

  test('the daily cap counts since midnight of the account', async () => {
    const { store, account } = await storeWithAccount(10, { dailyCap: 2000 });
    await accept(store, planFor(account, { text: 'one' }));
    await accept(store, planFor(account, { text: 'two' }));
    const third = await store.acceptOrders(commandFor([planFor(account, { text: 'three' })]));
    expect(third.orders[0]?.decision).toMatchObject({ accepted: false, rejection: { reason: 'daily-cap' } });
    await accept(store, planFor(account, { text: 'three', nowMs: NOW + DAY_MS }));
  });

  test('a mail that comes again within 72 hours is not recorded again', async () => {
    const { store, account } = await storeWithAccount(10, { duplicates: false });
    const order = await accept(store, planFor(account), mailContext('m1'));
    const again = await store.acceptOrders(commandFor([planFor(account)], mailContext('m1')));
    expect(again).toEqual({ seenBefore: [order], orders: [], refusalsMailed: [], cancellations: [] });
    expect(await balances(store, account.email)).toEqual({ balance: 9, reserved: 1 });
    const later = planFor(account, { nowMs: NOW + 3 * DAY_MS });
    expect((await store.acceptOrders(commandFor([later], mailContext('m1')))).seenBefore).toBeNull();
  });

  test('a dry run answers the same and writes nothing', async () => {
    const { store, account } = await storeWithAccount(10);
    const reply = await store.acceptOrders({ ...commandFor([planFor(account)], mailContext('m1')), dryRun: true });
    expect(reply.orders[0]).toMatchObject({ decision: { accepted: true, priceMilli: 1000 }, balanceMilli: 9000 });
    expect(await balances(store, account.email)).toEqual({ balance: 10, reserved: 0 });
    expect(await store.dueNotices(10, NOW)).toEqual([]);
  });
});

describe('what the sender is told', () => {
  test('(a) is queued with the order and holds what is needed to tell it', async () => {
    const { store, account } = await storeWithAccount(10);
    const order = await accept(store, planFor(account), mailContext('m1'));
    const [mail] = await store.dueNotices(10, NOW);
    expect(mail).toMatchObject({
      to: 'alice@example.fr',
      notice: { kind: 'recorded', orderId: order, balanceMilli: 9000, thread: { messageId: '<m1@client.example>' } },
    });
  });

  test('a refusal is mailed, or is the SMTP reply where the switch is off or a program sent the mail', async () => {
    const store = await temporaryStore();
    const poor = await newAccount(store, 'poor@example.fr', 0);
    const mailed = await store.acceptOrders(commandFor([planFor(poor)], mailContext('m1')));
    expect(mailed.orders[0]?.mailed).toBe(true);
    const automatic = await store.acceptOrders(commandFor([planFor(poor)], mailContext('m2', true)));
    expect(automatic.orders[0]?.mailed).toBe(false);
    const silent = await newAccount(store, 'silent@example.fr', 0, { 'notify.refused': false });
    const unmailed = await store.acceptOrders(commandFor([planFor(silent)], mailContext('m3')));
    expect(unmailed.orders[0]?.mailed).toBe(false);
    expect((await store.dueNotices(10, NOW)).map(({ to }) => to)).toEqual(['poor@example.fr']);
  });

  test('at most so many mails an hour to one address; a refusal over it is the SMTP reply', async () => {
    const store = await temporaryStore();
    const poor = await newAccount(store, 'poor@example.fr', 0);
    await store.configure({
      defaults: poor.settings,
      noticesPerHour: 2,
      shareSettings: {},
      routing: { routes: [], carriers: ['simulator'] },
      queue: { messages: 10_000_000, accountMessages: 10_000_000 },
    });
    const mailed: boolean[] = [];
    for (const key of ['m1', 'm2', 'm3']) {
      const reply = await store.acceptOrders(commandFor([planFor(poor)], mailContext(key)));
      mailed.push(reply.orders[0]?.mailed ?? false);
    }
    expect(mailed).toEqual([true, true, false]);
    const nextHour = planFor(poor, { nowMs: NOW + 3_600_000 });
    expect((await store.acceptOrders(commandFor([nextHour], mailContext('m4')))).orders[0]?.mailed).toBe(true);
  });

  test('an order of a program is never answered by mail', async () => {
    const { store, account } = await storeWithAccount(10);
    await accept(store, planFor(account), mailContext('m1', true));
    const [claimed] = await store.claimDue('simulator', 10, NOW);
    await store.recordOutcome({
      messageId: claimed?.submission.messageId ?? '',
      carrier: 'simulator',
      outcome: { kind: 'refused', code: 'x' },
      retryAtMs: NOW,
      nowMs: NOW,
    });
    expect(await store.dueNotices(10, NOW)).toEqual([]);
  });
});
