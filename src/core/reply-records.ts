// What is kept about replies, and what is still to be done about them, as plain data. Nothing here computes.

import type { FollowUp, ReplyRule } from './reply.js';
import type { Thread } from './types.js';

/** What is to be done about a reply, and what it takes. */
export interface QueuedFollowUp {
  readonly id: number;
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly followUp: FollowUp;
  /** The address by which the order that is answered was made: an answer is charged and counted as that was. */
  readonly orderedBy: string;
  readonly reply: Pick<StoredReply, 'number' | 'sentTo' | 'text' | 'atMs' | 'messageId' | 'orderId'>;
  /** The mail that the order came in. */
  readonly thread: Thread | null;
}

export interface FollowUpRecord {
  readonly id: number;
  readonly state: 'waiting' | 'done' | 'failed';
  readonly detail: string;
  /** For `waiting`: when to try again. */
  readonly retryAtMs: number;
}

/** Which of what follows from replies: the posts to URLs wait for strangers and go their own way. */
export type FollowUpLane = 'sms' | 'post';

export interface StoredReply {
  readonly id: number;
  /** Email; null: no message was found that it answers. */
  readonly account: string | null;
  readonly number: string;
  readonly sentTo: string;
  readonly text: string;
  readonly atMs: number;
  readonly messageId: string | null;
  readonly orderId: string | null;
  readonly carrier: string;
}

export interface ReplyFilter {
  readonly account?: string;
  readonly sinceMs?: number;
  readonly limit: number;
}

export interface NewReplyRule extends Omit<ReplyRule, 'id'> {
  readonly email: string;
}
