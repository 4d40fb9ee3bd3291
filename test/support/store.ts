// A real SQLite store in a folder of its own, and plans for it as `planOrder` would make them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { onTestFinished } from 'vitest';

import type { Outcome } from '../../src/core/carriage.js';
import { DEFAULT_SETTINGS, type Settings } from '../../src/core/settings.js';
import type { Account, MailContext, OrderPlan } from '../../src/core/types.js';
import type { AcceptCommand, Store } from '../../src/store-port.js';
import { openStore } from '../../src/store/store.js';

export const DAY_MS = 86_400_000;
export const ALICE = 'alice@example.fr';
export const NOW = Date.UTC(2026, 10, 23, 9);

/** Removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function temporaryStore(file = path.join(temporaryFolder(), 'test.db')): Promise<Store> {
  const store = await openStore({
    file,
    threads: false,
    defaults: DEFAULT_SETTINGS,
    noticesPerHour: 1000,
    shareSettings: {},
    routing: { routes: [], carriers: ['simulator'] },
    queue: { messages: 10_000, accountMessages: 1_000 },
  });
  let open = true;
  const stop = store.stop.bind(store);
  store.stop = async () => {
    if (open) await stop();
    open = false;
  };
  onTestFinished(() => store.stop());
  return store;
}

export async function newAccount(store: Store, email: string, credits: number, settings: Partial<Settings> = {}) {
  const account = { email, codeHash: 'none', settings, creditsMilli: credits * 1000, nowMs: NOW };
  const made = await store.createAccount(account);
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

/** A store of its own, and Alice with credit. */
export async function storeWithAccount(
  credits: number,
  settings: Partial<Settings> = {},
  file?: string,
): Promise<{ readonly store: Store; readonly account: Account }> {
  const store = await temporaryStore(file);
  return { store, account: await newAccount(store, ALICE, credits, settings) };
}

/** What the carrier says of all that waits to be sent: the same of each, by its id. */
export async function answerAll(
  store: Store,
  outcomeOf: (messageId: string) => Outcome,
  nowMs = NOW,
): Promise<string[]> {
  const claimed = await store.claimDue('simulator', 1000, nowMs);
  const ids = claimed.map(({ submission }) => submission.messageId);
  for (const messageId of ids) {
    await store.recordOutcome({
      ...{ messageId, carrier: 'simulator', outcome: outcomeOf(messageId), retryAtMs: 0, nowMs },
    });
  }
  return ids;
}

export interface PlanWish {
  readonly to?: readonly string[];
  readonly text?: string;
  readonly priceMilli?: number;
  readonly dueAtMs?: number;
  readonly nowMs?: number;
}

export function planFor(account: Account, wish: PlanWish = {}): OrderPlan {
  const { to = ['+33612345678'], text = 'Bonjour', priceMilli = 1000, nowMs = NOW, dueAtMs = nowMs } = wish;
  return {
    plannedAtMs: nowMs,
    account,
    share: null,
    source: 'mail',
    syntax: 2,
    requester: account.email,
    content: { text, encoding: 'gsm7', parts: 1, replaced: [], savedParts: 0, truncated: false },
    origin: { fromHtml: false, cut: null },
    scheduledForMs: dueAtMs > nowMs ? dueAtMs : null,
    bulk: false,
    finding: null,
    messages: to.map((number) => ({ to: number, zone: 'FR', priceMilli, dueAtMs })),
    refused: [],
  };
}

let lastOrder = 0;

/** Sortable, as order ids are. */
function orderId(): string {
  lastOrder += 1;
  return `o${String(lastOrder).padStart(6, '0')}`;
}

export function mailContext(dedupeKey: string, silent = false): MailContext {
  return {
    dedupeKey,
    subject: '••••:0612345678',
    messageId: `<${dedupeKey}@client.example>`,
    references: [],
    silent,
    refusalByReply: false,
  };
}

export function commandFor(plans: readonly OrderPlan[], mail: MailContext | null = null): AcceptCommand {
  const nowMs = plans[0]?.plannedAtMs ?? NOW;
  const orders = plans.map((plan) => ({ orderId: orderId(), plan }));
  return { nowMs, orders, refusals: [], cancellations: [], mail, dryRun: false };
}

/** Accepts one order and gives its id. */
export async function accept(store: Store, plan: OrderPlan, mail: MailContext | null = null): Promise<string> {
  const reply = await store.acceptOrders(commandFor([plan], mail));
  const [order] = reply.orders;
  if (!order?.decision.accepted) throw new Error(`not accepted: ${JSON.stringify(reply)}`);
  return order.orderId;
}

export async function balances(store: Store, email: string): Promise<{ balance: number; reserved: number }> {
  const found = await store.findAccount([email]);
  if (!found) throw new Error(`there is no account ${email}`);
  return { balance: found.account.balanceMilli / 1000, reserved: found.account.reservedMilli / 1000 };
}
