// Story 3: Receipt → change of state → Notice → outcome mail. Receipts are made durable before the carrier hears that
// they were taken; mails leave from the store's queue, each till it is sent, refused for good, or three days old.

import { renderNotice } from './core/notice.js';
import { mailDelayMs } from './core/retry.js';
import type { Receipt } from './core/carriage.js';
import { Pump, type Turn } from './pump.js';
import { Recorder } from './recorder.js';
import type { Clock, Log, Mailer, MailOutcome } from './ports.js';
import type { QueuedNotice, Store } from './store-port.js';

export interface ReportWorld {
  readonly store: Store;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1, for the spread of new tries. */
  readonly random: () => number;
  /** Where the answer to a forwarded reply goes. */
  readonly replyAddress: (replyId: number) => string;
  /** The name of this gateway, for the foot of the mails. */
  readonly gateway: () => string;
}

export interface Reporter {
  /** Resolves once the receipt is durable. */
  onReceipt(receipt: Receipt): Promise<void>;
  /** There may be a mail to send. */
  wake(): void;
  /** Resolves after the mails under way. */
  stop(): Promise<void>;
}

const MAILS_AT_ONCE = 10;

export function createReporter(world: ReportWorld): Reporter {
  const { store, mailer, clock, log } = world;
  const recorder = new Recorder(clock);

  async function turn(): Promise<Turn> {
    const due = await store.dueNotices(MAILS_AT_ONCE, clock.now());
    await Promise.all(due.map(sendNotice));
    return due.length > 0 ? 'again' : await store.nextNoticeMs();
  }

  async function sendNotice(queued: QueuedNotice): Promise<void> {
    const { id, to, notice, createdAtMs } = queued;
    const { subject, text } = renderNotice(notice, { gateway: world.gateway() });
    const { messageId, references } = notice.thread ?? { messageId: null, references: [] };
    const replyTo = notice.kind === 'reply' ? { replyTo: world.replyAddress(notice.replyId) } : {};
    const mail = { id: `notice-${id}`, to, subject, text, inReplyTo: messageId, references, createdAtMs, ...replyTo };
    const outcome = await mailer.send(mail);
    const delayMs = mailDelayMs(queued.attempts, clock.now() - createdAtMs, world.random());
    const final: MailOutcome =
      outcome.kind === 'deferred' && delayMs === null ? { kind: 'failed', detail: outcome.detail } : outcome;
    // Forgotten, it would leave a second time.
    await recorder.record(() => store.recordNotice({ id, outcome: final, retryAtMs: clock.now() + (delayMs ?? 0) }));
    log.info(`notice.${final.kind}`, { notice: id, kind: notice.kind, order: notice.orderId, detail: final.detail });
  }

  const pump = new Pump('reporter', { clock, log }, turn);
  return {
    onReceipt: async (receipt) => {
      const matched = await store.recordReceipt(receipt, clock.now());
      log.info(matched ? 'receipt.matched' : 'receipt.parked', {
        carrier: receipt.carrier,
        carrierId: receipt.carrierId,
        state: receipt.state,
      });
      pump.wake();
    },
    wake: () => pump.wake(),
    stop: () => {
      recorder.stop();
      return pump.stop();
    },
  };
}
