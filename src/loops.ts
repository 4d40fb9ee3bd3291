// The loops that run beside the ways in and the carriers: outcome mails, replies, reminders, messages in doubt, retention,
// and the watch over the clock. Puts them together; each works by itself and decides nothing here.

import { watchClock } from './clock-watch.js';
import type { Config } from './config/schema.js';
import { answerSigned, replyAddress } from './core/address.js';
import { keptFiles } from './kept-files.js';
import type { Parts } from './parts.js';
import type { CarrierEvents } from './ports.js';
import { createReminder } from './remind.js';
import { createReplies } from './replies.js';
import { createReporter } from './report.js';
import { createRetainer } from './retain.js';
import { createSettler } from './settle.js';
import { createPost } from './webhook.js';

interface Loops {
  readonly events: CarrierEvents;
  /** Something was committed: mails may be queued. */
  wake(): void;
  /** Settings may have changed, and all that others wake by themselves may have work from before. */
  look(): void;
  /** What carriers tell is still written down after this; what follows from it waits for the next start. */
  stop(): Promise<void>;
  /** The last: what the others have queued may still leave. */
  stopMails(): Promise<void>;
}

export function createLoops(parts: Parts, wakeAll: () => void): Loops {
  const { live, clock } = parts;
  const random = Math.random;
  const reporter = createReporter({
    ...parts,
    random,
    gateway: () => gatewayName(live.config),
    replyAddress: (id) => replyAddress(id, parts.secrets.sign(answerSigned(id)), gatewayName(live.config)),
  });
  const onQueued = () => reporter.wake();
  const reminder = createReminder({ ...parts, onQueued });
  const settler = createSettler({ ...parts, policy: () => live.config.unknown, onSettled: onQueued });
  const retainer = createRetainer({ ...parts, policy: () => live.config.retention, files: keptFiles(live.config) });
  const replies = createReplies({ ...parts, random, post: createPost(clock), onRecorded: onQueued });
  let stopWatchingClock: (() => void) | null = null;
  const look = (): void => {
    stopWatchingClock ??= watchClock({ ...parts, onSet: () => [wakeAll, look].forEach((wake) => wake()) });
    [reminder, settler, retainer, replies].forEach((loop) => loop.wake());
  };
  return {
    events: { onReceipt: (receipt) => reporter.onReceipt(receipt), onReply: (reply) => replies.onReply(reply) },
    wake: () => reporter.wake(),
    look,
    stop: async () => {
      stopWatchingClock?.();
      await Promise.all([reminder.stop(), settler.stop(), retainer.stop(), replies.stop()]);
    },
    stopMails: () => reporter.stop(),
  };
}

function gatewayName(config: Config): string {
  return config.mail.domains[0] ?? 'localhost';
}
