// The reminder of a low balance: every morning at 09:00 (account zone) each account under its threshold is told, by mail
// and where a mobile is set by an SMS of its own. The day is kept in the transaction that queues the mail, and the SMS is
// an order that can be made only once a day: what breaks off in between is finished at the next start, and not repeated.

import { lowBalanceNotice, planLook, reminderText, type BalanceWatch, type LowBalanceNotice } from './core/remind.js';
import { ok } from './core/result.js';
import { nextMorning } from './core/schedule.js';
import type { Account, SmsRequest } from './core/types.js';
import { faultLevel } from './core/unavailable.js';
import { Pump, type Turn } from './pump.js';
import type { Accept, Clock, Log } from './ports.js';
import type { Store } from './store-port.js';

export interface RemindWorld {
  readonly store: Store;
  readonly accept: Accept;
  readonly clock: Clock;
  readonly log: Log;
  /** A mail was queued. */
  readonly onQueued: () => void;
}

export interface Reminder {
  /** Settings may have changed. */
  wake(): void;
  stop(): Promise<void>;
}

export function createReminder(world: RemindWorld): Reminder {
  const { store, clock, log } = world;

  async function turn(): Promise<Turn> {
    const nowMs = clock.now();
    const watches = await store.balanceWatches();
    for (const watch of watches) await look(watch, nowMs);
    const zones = watches.flatMap(({ account: { settings } }) =>
      settings['lowBalance.threshold'] === null ? [] : [settings.zone],
    );
    return zones.length === 0 ? null : Math.min(...zones.map((zone) => nextMorning(nowMs, zone)));
  }

  /** What goes wrong with one account must not keep the others from being told; it is tried again a minute later. */
  async function look(watch: BalanceWatch, nowMs: number): Promise<void> {
    const plan = planLook(watch, nowMs);
    if (plan.kind === 'wait') return;
    const { account } = watch;
    try {
      if (plan.kind === 'keep') await store.recordLook({ accountId: account.id, day: plan.day, mail: null, nowMs });
      else await remind(world, account, plan.day);
    } catch (err) {
      log[faultLevel(err)]('balance.reminder-fault', { err, account: account.id });
    }
  }

  const pump = new Pump('reminder', { clock, log }, turn);
  return { wake: () => pump.wake(), stop: () => pump.stop() };
}

async function remind(world: RemindWorld, account: Account, day: string): Promise<void> {
  const { store, clock, log, onQueued } = world;
  const told = await tellBySms(world, account, day);
  const notice = lowBalanceNotice(account, told);
  const address = account.settings['lowBalance.email'] ?? account.email;
  const mail = { address, notice };
  const isNew = await store.recordLook({ accountId: account.id, day, mail, nowMs: clock.now() });
  if (!isNew) return;
  onQueued();
  log.info('balance.reminded', { account: account.id, day, order: told.orderId, sms: told.sms?.refusal?.reason });
}

/** An order of the account like any other; without enough credit there is the mail alone. */
async function tellBySms(
  { accept }: RemindWorld,
  account: Account,
  day: string,
): Promise<Pick<LowBalanceNotice, 'orderId' | 'sms' | 'balanceMilli'>> {
  const { balanceMilli } = account;
  const to = account.settings['lowBalance.mobile'];
  if (to === null) return { orderId: null, sms: null, balanceMilli };
  const form = { destinations: to, at: null, text: reminderText(account, day) };
  const request: SmsRequest = {
    source: 'cli',
    claim: { by: 'session', email: account.email },
    candidates: [{ syntax: null, code: null, form: ok(form) }],
    body: { kind: 'none' },
  };
  const mail = {
    ...{ dedupeKey: `low-balance:${account.id}:${day}`, subject: '', messageId: null, references: [] },
    ...{ silent: true, refusalByReply: true },
  };
  const { seenBefore, outcomes } = await accept({ requests: [request], mail, client: null, dryRun: false });
  const [outcome] = outcomes;
  if (outcome?.accepted === true) {
    return { orderId: outcome.orderId, sms: { to, refusal: null }, balanceMilli: outcome.balanceMilli };
  }
  const refusal = outcome?.accepted === false ? outcome.rejection : null;
  return { orderId: seenBefore?.[0] ?? null, sms: { to, refusal }, balanceMilli };
}
