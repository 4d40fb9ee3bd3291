// Story 3, from the other side: Reply → what follows from it. A reply is durable before the carrier hears that it was taken;
// what it brings about is decided in that same transaction (core/reply.ts). Answers and forwards are orders of the account
// like any other, each made once; posts to a URL are tried for three days. Two loops: no URL holds up an SMS.

import { forwardText } from './core/reply.js';
import type { FollowUpLane, FollowUpRecord, QueuedFollowUp } from './core/reply-records.js';
import { ok } from './core/result.js';
import { mailDelayMs } from './core/retry.js';
import { faultLevel } from './core/unavailable.js';
import type { MailContext, Reply, SmsRequest } from './core/types.js';
import { Pump, type Turn } from './pump.js';
import { Recorder } from './recorder.js';
import type { Accept, Clock, Log, MailOutcome, Secrets } from './ports.js';
import type { Post, Store } from './store-port.js';

export interface RepliesWorld {
  readonly store: Store;
  readonly accept: Accept;
  readonly secrets: Pick<Secrets, 'digest'>;
  readonly post: Post;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1, for the spread of new tries. */
  readonly random: () => number;
  /** A mail may have been queued. */
  readonly onRecorded: () => void;
}

export interface Replies {
  /** Resolves once the reply is durable. */
  onReply(reply: Reply): Promise<void>;
  wake(): void;
  /** Resolves after what is under way. */
  stop(): Promise<void>;
}

const AT_ONCE = 10;
const AFTER_FAULT_MS = 60_000;

export function createReplies(world: RepliesWorld): Replies {
  const { store, clock, log, secrets } = world;

  const recorder = new Recorder(clock);
  const turnOf = (lane: FollowUpLane) => async (): Promise<Turn> => {
    const due = await store.dueFollowUps(lane, AT_ONCE, clock.now());
    await Promise.all(due.map((one) => finish({ ...world, recorder }, one)));
    return due.length > 0 ? 'again' : await store.nextFollowUpMs(lane);
  };
  const sms = new Pump('replies', world, turnOf('sms'));
  const posts = new Pump('reply-posts', world, turnOf('post'));
  const wake = () => [sms, posts].forEach((pump) => pump.wake());

  return {
    onReply: async (reply) => {
      const { carrier, from, to, text, raw } = reply;
      const key = secrets.digest(JSON.stringify([carrier, from, to, text, raw]));
      const isNew = await store.recordReply(reply, key, clock.now());
      log.info(isNew ? 'reply.recorded' : 'reply.told-again', { carrier });
      wake();
      world.onRecorded();
    },
    wake,
    stop: async () => {
      recorder.stop();
      await Promise.all([sms.stop(), posts.stop()]);
    },
  };
}

/** What goes wrong with one must not keep the others waiting. */
async function finish(world: RepliesWorld & { readonly recorder: Recorder }, queued: QueuedFollowUp): Promise<void> {
  const { store, clock, log, recorder } = world;
  const { id, followUp } = queued;
  try {
    const record = await carryOut(world, queued);
    await recorder.record(() => store.recordFollowUp(record));
    const { state, detail } = record;
    log.info(`follow-up.${state}`, { followUp: id, kind: followUp.kind, order: queued.reply.orderId, detail });
  } catch (err) {
    log[faultLevel(err)]('follow-up.fault', { err, followUp: id });
    await store.recordFollowUp({ id, state: 'waiting', detail: 'fault', retryAtMs: clock.now() + AFTER_FAULT_MS });
  }
}

async function carryOut(world: RepliesWorld, queued: QueuedFollowUp): Promise<FollowUpRecord> {
  const { followUp, reply } = queued;
  switch (followUp.kind) {
    case 'answer': {
      const sms = { to: reply.number, text: followUp.text };
      return orderSms(world, queued, followUp.to === 'stop' ? { ...sms, confirmsStop: true } : sms);
    }
    case 'forward':
      return orderSms(world, queued, { to: followUp.mobile, text: forwardText(reply.number, reply.text) });
    case 'post':
      return postReply(world, queued, followUp.url);
    case 'blacklist':
    case 'move':
    case 'mail':
      throw new Error(`${followUp.kind} is done by the store, with the reply itself`);
  }
}

interface Sms {
  readonly to: string;
  readonly text: string;
  readonly confirmsStop?: true;
}

async function orderSms(
  { accept, clock }: RepliesWorld,
  { id, orderedBy, thread }: QueuedFollowUp,
  { to, text, ...rest }: Sms,
): Promise<FollowUpRecord> {
  const request: SmsRequest = {
    source: 'reply',
    claim: { by: 'session', email: orderedBy },
    candidates: [{ syntax: null, code: null, form: ok({ destinations: to, at: null, text }) }],
    body: { kind: 'none' },
    ...rest,
  };
  // With the thread of the first mail: what is answered to this SMS stands in it as well.
  const { subject, messageId, references } = thread ?? { subject: '', messageId: null, references: [] };
  const mail: MailContext = {
    ...{ dedupeKey: `follow-up:${id}`, subject, messageId, references },
    ...{ silent: true, refusalByReply: true },
  };
  const { seenBefore, outcomes } = await accept({ requests: [request], mail, client: null, dryRun: false });
  const [outcome] = outcomes;
  const record = { id, retryAtMs: clock.now() };
  if (outcome?.accepted === true) return { ...record, state: 'done', detail: outcome.orderId };
  if (seenBefore) return { ...record, state: 'done', detail: seenBefore[0] ?? '' };
  return { ...record, state: 'failed', detail: outcome?.rejection.reason ?? 'nothing' };
}

async function postReply(
  { post, clock, random }: RepliesWorld,
  { id, attempts, createdAtMs, reply }: QueuedFollowUp,
  url: string,
): Promise<FollowUpRecord> {
  const { number, sentTo, text, atMs, orderId, messageId } = reply;
  const at = new Date(atMs).toISOString();
  const json = JSON.stringify({ from: number, to: sentTo, text, at, order: orderId, message: messageId });
  const outcome: MailOutcome = await post(url, json);
  const delayMs = outcome.kind === 'deferred' ? mailDelayMs(attempts, clock.now() - createdAtMs, random()) : null;
  const state = outcome.kind === 'sent' ? 'done' : delayMs === null ? 'failed' : 'waiting';
  return { id, state, detail: outcome.detail, retryAtMs: clock.now() + (delayMs ?? 0) };
}
