// The whole way of a message that was accepted, in the benchmark of SMPP: claimed out of the store (committed and synced),
// over our carrier, its outcome recorded (committed and synced). Gives the messages a second from the first claim till the
// last outcome is on the disk, of a store that has done as much before: its thread is new each time, and V8 compiles what is
// used often. The folder of the database is removed at the end.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { systemClock } from '../src/clock.js';
import { segment } from '../src/core/segment.js';
import { DEFAULT_SETTINGS } from '../src/core/settings.js';
import type { Account, OrderPlan } from '../src/core/types.js';
import { Dispatcher } from '../src/deliver.js';
import type { Carrier } from '../src/ports.js';
import type { AcceptCommand, Store } from '../src/store-port.js';
import { openStore } from '../src/store/store.js';
import { CARRIER, numberOf, rate, SILENT, startCarrier, TEXT, type Run } from './smpp-senders.js';

const EMAIL = 'bench@example.fr';
const WARM_TEXT = `${TEXT} A bientôt.`;
const PER_ORDER = 100;
const PRICE_MILLI = 1000;
const GRACE_MS = 5_000;

export async function runQueue(run: Run): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-bench-'));
  const store = await openStore({
    ...{ file: path.join(folder, 'bench.db'), threads: true, defaults: DEFAULT_SETTINGS, noticesPerHour: 1000 },
    ...{ shareSettings: {}, routing: { routes: [], carriers: [CARRIER] } },
    queue: { messages: 10_000_000, accountMessages: 10_000_000 },
  });
  try {
    const account = await newAccount(store, 2 * run.messages);
    await fill(store, planner(account, WARM_TEXT), run.messages);
    await empty(store, await startCarrier(run), run.messages);
    await fill(store, planner(account, TEXT), run.messages);
    return await empty(store, await startCarrier(run), run.messages);
  } finally {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function newAccount(store: Store, messages: number): Promise<Account> {
  const creditsMilli = messages * PRICE_MILLI;
  const made = await store.createAccount({
    ...{ email: EMAIL, codeHash: 'none', settings: {}, creditsMilli, nowMs: Date.now() },
  });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

/** Each number once for each text: the store refuses the same to the same. */
function planner(account: Account, text: string): (numbers: readonly string[]) => OrderPlan {
  return (numbers) => planOf(account, numbers, text);
}

let orders = 0;

async function fill(store: Store, plan: (numbers: readonly string[]) => OrderPlan, messages: number): Promise<void> {
  for (let first = 0; first < messages; first += PER_ORDER) {
    const numbers = Array.from({ length: Math.min(PER_ORDER, messages - first) }, (_, index) =>
      numberOf(first + index),
    );
    orders += 1;
    const command = commandOf(`o${String(orders).padStart(8, '0')}`, plan(numbers));
    const reply = await store.acceptOrders(command);
    if (reply.orders[0]?.decision.accepted !== true) throw new Error(`not accepted: ${JSON.stringify(reply.orders)}`);
  }
}

/** An order as story 1 gives it to the store. */
export function commandOf(orderId: string, plan: OrderPlan): AcceptCommand {
  const common = { refusals: [], cancellations: [], mail: null, dryRun: false };
  return { nowMs: plan.plannedAtMs, orders: [{ orderId, plan }], ...common };
}

export function planOf(account: Account, numbers: readonly string[], text: string): OrderPlan {
  const nowMs = Date.now();
  const messages = numbers.map((to) => ({ to, zone: 'FR', priceMilli: PRICE_MILLI, dueAtMs: nowMs }));
  const { encoding, parts } = segment(text);
  return {
    ...{ plannedAtMs: nowMs, account, share: null, source: 'mail', syntax: 2, requester: account.email },
    content: { text, encoding, parts: parts.length, replaced: [], savedParts: 0, truncated: false },
    origin: { fromHtml: false, cut: null },
    ...{ scheduledForMs: null, bulk: false, finding: null, messages, refused: [] },
  };
}

async function empty(store: Store, carrier: Carrier, messages: number): Promise<number> {
  let recorded = 0;
  let allRecorded: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (allRecorded = resolve));
  const count = (event: string) => {
    if (event === 'message.accepted') recorded += 1;
    if (recorded === messages) allRecorded();
  };
  const dispatcher = new Dispatcher({
    ...{ store, carrier, clock: systemClock(), log: { ...SILENT, info: count }, random: Math.random },
    ...{ outageMs: 60_000, onRecorded: () => undefined },
  });
  const beginMs = performance.now();
  dispatcher.wake();
  await done;
  const perSecond = rate(messages, beginMs);
  await dispatcher.stop(GRACE_MS);
  return perSecond;
}
