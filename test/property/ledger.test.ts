// Any history of orders, answers, receipts, transfers and hands in the queue leaves a ledger that sums to zero, balances
// that are the sums of their movements, reservations that are those of the waiting messages, and states of the table.

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { effectOn, MOVES, type MovementKind } from '../../src/core/ledger.js';
import { canChange, isFinal, MESSAGE_STATES, TRANSITIONS, type MessageState } from '../../src/core/lifecycle.js';
import type { Outcome, Receipt } from '../../src/core/carriage.js';
import type { Store } from '../../src/store-port.js';
import { commandFor, mailContext, newAccount, NOW, planFor, temporaryStore } from '../support/store.js';

const MINUTE_MS = 60_000;
const EMAILS = ['a@example.fr', 'b@example.fr'] as const;

type Step =
  | { do: 'order'; who: number; numbers: number[]; price: number; inMinutes: number; text: number }
  | { do: 'claim'; limit: number }
  | { do: 'answer'; which: number; outcome: Outcome['kind'] }
  | { do: 'receipt'; which: number; state: Receipt['state'] }
  | { do: 'transfer'; from: number; amount: number }
  | { do: 'hand'; which: number; action: 'cancel' | 'retry' | 'settle'; state: MessageState }
  | { do: 'crash' }
  | { do: 'wait'; minutes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('order' as const),
    who: fc.nat(1),
    numbers: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 4 }),
    price: fc.constantFrom(0, 1, 1000, 4000),
    inMinutes: fc.constantFrom(0, 0, 5, 2000),
    text: fc.nat(3),
  }),
  fc.record({ do: fc.constant('claim' as const), limit: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    do: fc.constant('answer' as const),
    which: fc.nat(9),
    outcome: fc.constantFrom('accepted', 'accepted', 'deferred', 'refused', 'unknown'),
  }),
  fc.record({
    do: fc.constant('receipt' as const),
    which: fc.nat(20),
    state: fc.constantFrom('delivered', 'undelivered', 'expired', 'refused', 'pending'),
  }),
  fc.record({ do: fc.constant('transfer' as const), from: fc.nat(1), amount: fc.integer({ min: 1, max: 9000 }) }),
  fc.record({
    do: fc.constant('hand' as const),
    which: fc.nat(20),
    action: fc.constantFrom('cancel', 'retry', 'settle'),
    state: fc.constantFrom(...MESSAGE_STATES),
  }),
  fc.record({ do: fc.constant('crash' as const) }),
  fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 10, 3000) }),
);

/** Plays the steps; `now` moves only with `wait`. */
class History {
  #nowMs = NOW;
  #mails = 0;
  #inFlight: string[] = [];
  readonly #sent: string[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async play(one: Step): Promise<void> {
    switch (one.do) {
      case 'order':
        return this.#order(one);
      case 'claim': {
        const claimed = await this.#store.claimDue('simulator', one.limit, this.#nowMs);
        this.#inFlight.push(...claimed.map(({ submission }) => submission.messageId));
        return;
      }
      case 'answer':
        return this.#answer(one);
      case 'receipt': {
        const carrierId = this.#sent[one.which] ?? `stranger-${one.which}`;
        const receipt = { carrier: 'simulator', carrierId, to: null, state: one.state, reason: null, raw: '' };
        await this.#store.recordReceipt(receipt, this.#nowMs);
        return;
      }
      case 'transfer': {
        const [from = '', to = ''] = one.from === 0 ? EMAILS : [...EMAILS].reverse();
        await this.#store.transferCredit({ from, to, amountMilli: one.amount, nowMs: this.#nowMs });
        return;
      }
      case 'hand':
        return this.#hand(one);
      case 'crash':
        this.#inFlight = [];
        await this.#store.recoverInFlight(this.#nowMs);
        return;
      case 'wait':
        this.#nowMs += one.minutes * MINUTE_MS;
        return;
    }
  }

  async #order({ who, numbers, price, inMinutes, text }: Extract<Step, { do: 'order' }>): Promise<void> {
    const found = await this.#store.findAccount([EMAILS[who] ?? '']);
    if (!found) throw new Error('no account');
    const plan = planFor(found.account, {
      to: numbers.map((number) => `+3361111111${number}`),
      text: `text ${text}`,
      priceMilli: price,
      nowMs: this.#nowMs,
      dueAtMs: this.#nowMs + inMinutes * MINUTE_MS,
    });
    this.#mails += 1;
    await this.#store.acceptOrders(commandFor([plan], mailContext(`m${this.#mails}`)));
  }

  async #answer({ which, outcome }: Extract<Step, { do: 'answer' }>): Promise<void> {
    const [messageId] = this.#inFlight.splice(which % Math.max(1, this.#inFlight.length), 1);
    if (messageId === undefined) return;
    const what: Outcome =
      outcome === 'accepted'
        ? { kind: 'accepted', carrierIds: [`id-${messageId}`] }
        : outcome === 'deferred'
          ? { kind: 'deferred', code: 'later', scope: 'message' }
          : { kind: outcome, code: 'code' };
    if (outcome === 'accepted') this.#sent.push(`id-${messageId}`);
    const retryAtMs = this.#nowMs + MINUTE_MS;
    await this.#store.recordOutcome({
      messageId,
      carrier: 'simulator',
      outcome: what,
      retryAtMs,
      nowMs: this.#nowMs,
    });
  }

  async #hand({ which, action, state }: Extract<Step, { do: 'hand' }>): Promise<void> {
    const rows = await this.#store.messages({ limit: 100 });
    const id = rows[which]?.message.id ?? 'nothing';
    if (action === 'settle') await this.#store.settle({ id, state, nowMs: this.#nowMs });
    else await this.#store[action](id, this.#nowMs);
  }
}

test('the ledger balances and the caches agree after any history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const store = await temporaryStore();
      for (const email of EMAILS) await newAccount(store, email, 10, { duplicates: false });
      const history = new History(store);
      for (const one of steps) await history.play(one);
      expect((await store.verify()).faults).toEqual([]);
      const accounts = await store.listAccounts('', 100);
      expect(accounts.every(({ balanceMilli, reservedMilli }) => balanceMilli >= 0 && reservedMilli >= 0)).toBe(true);
      await store.stop();
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('each movement takes from one book what it puts into another', () => {
  for (const kind of Object.keys(MOVES) as MovementKind[]) {
    const movement = { kind, accountId: 1, counterAccountId: kind === 'transfer' ? 2 : null, amountMilli: 7 };
    const { from, to } = MOVES[kind];
    const inside = [1, 2].map((id) => effectOn(id, movement));
    const held = inside.reduce((sum, { balanceMilli, reservedMilli }) => sum + balanceMilli + reservedMilli, 0);
    const outside = (to === 'spent' || to === 'issued' ? 7 : 0) + (from === 'issued' ? -7 : 0);
    expect(held + outside).toBe(0);
  }
});

test('the lifecycle reaches every state, ends only in final ones, and never comes back from them', () => {
  const reached = new Set<MessageState>(['scheduled']);
  for (const state of reached) TRANSITIONS[state].forEach((next) => reached.add(next));
  expect([...reached].sort()).toEqual([...MESSAGE_STATES].sort());
  fc.assert(
    fc.property(fc.constantFrom(...MESSAGE_STATES), fc.constantFrom(...MESSAGE_STATES), (from, to) => {
      if (isFinal(from)) expect(canChange(from, to)).toBe(false);
    }),
  );
});
