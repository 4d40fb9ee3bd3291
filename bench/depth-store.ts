// The store with queues of different depth, side by side in one process and in turn: orders accepted and messages claimed
// (with the answers to those before) a second; what a big order costs, how long others wait for it, and how far down the
// queue the one message of a new account is. Takes filled databases; gives figures, judges nothing.

import { monitorEventLoopDelay } from 'node:perf_hooks';

import { DEFAULT_SETTINGS } from '../src/core/settings.js';
import type { Account } from '../src/core/types.js';
import type { ClaimedMessage, Store } from '../src/store-port.js';
import { openStore } from '../src/store/store.js';
import { commandOf, planOf } from './smpp-queue.js';
import { CARRIER, rate } from './smpp-senders.js';

const QUEUE = { messages: 10_000_000, accountMessages: 10_000_000 };
const AT_ONCE = 50;
const ORDERS = 1_500;
const WINDOW = 100;
const EXCHANGES = 15;
const CREDITS_MILLI = 1_000_000_000;

export interface DeepStore {
  readonly store: Store;
  readonly account: Account;
}

/** With an account of its own, as each run needs a fresh one. */
export async function openDeep(file: string): Promise<DeepStore> {
  const store = await openStore({
    ...{ file, threads: true, defaults: DEFAULT_SETTINGS, noticesPerHour: 1000, shareSettings: {} },
    ...{ routing: { routes: [], carriers: [CARRIER] }, queue: QUEUE },
  });
  return { store, account: await newAccount(store, 'bench@example.fr') };
}

async function newAccount(store: Store, email: string): Promise<Account> {
  const made = await store.createAccount({
    ...{ email, codeHash: 'none', settings: {}, creditsMilli: CREDITS_MILLI, nowMs: Date.now() },
  });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

let orders = 0;

/** Ids sort behind those of the filled queue; each text is new, so that none is a duplicate. */
async function accept({ store, account }: DeepStore, recipients: number): Promise<number> {
  orders += 1;
  const numbers = Array.from({ length: recipients }, (_, index) => `+337${String(10_000_000 + index)}`);
  const plan = planOf(account, numbers, `Bonjour, votre commande ${orders} est prête. Merci !`);
  const beginMs = performance.now();
  const reply = await store.acceptOrders(commandOf(`01${String(orders).padStart(12, '0')}`, plan));
  if (reply.orders[0]?.decision.accepted !== true) throw new Error(`not accepted: ${JSON.stringify(reply.orders)}`);
  return performance.now() - beginMs;
}

/** Orders of one message a second. */
export async function acceptRate(deep: DeepStore): Promise<number> {
  let left = ORDERS;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await accept(deep, 1);
    }
  };
  const beginMs = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return rate(ORDERS, beginMs);
}

/** Messages a second: each exchange records what the one before has claimed. */
export async function claimRate({ store }: DeepStore): Promise<number> {
  let claimed = await store.claimDue(CARRIER, WINDOW, Date.now());
  let messages = 0;
  const beginMs = performance.now();
  for (let exchange = 0; exchange < EXCHANGES; exchange += 1) {
    messages += claimed.length;
    claimed = await exchangeFor(store, claimed, WINDOW);
  }
  const perSecond = rate(messages, beginMs);
  await exchangeFor(store, claimed, 0);
  return perSecond;
}

function exchangeFor(store: Store, claimed: readonly ClaimedMessage[], limit: number) {
  const nowMs = Date.now();
  const outcomes = claimed.map(({ submission: { messageId } }) => ({
    ...{ messageId, carrier: CARRIER, retryAtMs: nowMs, nowMs },
    outcome: { kind: 'accepted', carrierIds: [`id-${messageId}`] } as const,
  }));
  return store.exchange({ carrier: CARRIER, outcomes, limit, nowMs });
}

export interface BigOrder {
  readonly ms: number;
  /** The longest that an order of one message took meanwhile. */
  readonly othersMs: number;
  /** Of the thread that asks. */
  readonly loopLagMs: number;
}

export async function bigOrder(deep: DeepStore, recipients: number): Promise<BigOrder> {
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const state = { isDone: false };
  const big = accept(deep, recipients).finally(() => (state.isDone = true));
  let othersMs = 0;
  do othersMs = Math.max(othersMs, await accept(deep, 1));
  while (!state.isDone);
  lag.disable();
  return { ms: await big, othersMs, loopLagMs: lag.max / 1e6 };
}

/** How many messages of others leave before the one of an account that was not there before. */
export async function turnOfNewcomer({ store }: DeepStore, most: number): Promise<number> {
  const newcomer = await newAccount(store, 'newcomer@example.fr');
  await accept({ store, account: newcomer }, 1);
  let before = 0;
  while (before < most) {
    const claimed = await store.claimDue(CARRIER, WINDOW, Date.now());
    const place = claimed.findIndex(({ submission }) => submission.accountId === newcomer.id);
    await exchangeFor(store, claimed, 0);
    if (place >= 0) return before + place;
    if (claimed.length === 0) break;
    before += claimed.length;
  }
  return Number.NaN;
}
