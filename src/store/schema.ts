// The tables as Kysely sees them: instants are ms since 1970 UTC, money is thousandths of a credit, JSON is text.
// The migrations make them; this file only types them.

import type { Generated } from 'kysely';

import type { MessageState } from '../core/lifecycle.js';
import type { MovementKind } from '../core/ledger.js';
import type { Encoding, Format, Source, Syntax } from '../core/types.js';
import type { FollowUpLane } from '../core/reply-records.js';

interface AccountTable {
  id: Generated<number>;
  email: string;
  code_hash: string;
  /** JSON: the account's own settings only. */
  settings: string;
  /** Checked cache: the sum of the account's movements. */
  balance_milli: Generated<number>;
  reserved_milli: Generated<number>;
  closed: Generated<number>;
  created_at: number;
}

interface SenderTable {
  address: string;
  account_id: number;
}

interface ShareCodeTable {
  domain: string;
  code_hash: string;
}

interface ApiKeyTable {
  id: Generated<number>;
  account_id: number;
  name: string;
  /** SHA-256 of the key, hexadecimal: a key has enough chance in it to need no slow hash. */
  key_hash: string;
  created_at: number;
  /** `2026-11-23`, UTC: a day is enough to find keys that nobody uses. */
  last_used_day: string | null;
  revoked_at: number | null;
}

interface BalanceLookTable {
  account_id: number;
  /** The last day (`2026-11-24`, account zone) on which the balance was held against the threshold. */
  day: string;
}

interface MovementTable {
  id: Generated<number>;
  ref: string;
  kind: MovementKind;
  account_id: number;
  counter_account_id: number | null;
  amount_milli: number;
  order_id: string | null;
  message_id: string | null;
  method: string | null;
  reference: string | null;
  at: number;
}

interface GroupTable {
  id: Generated<number>;
  account_id: number;
  name: string;
  /** The name without case and accents: unique within the account. */
  folded: string;
}

interface MemberTable {
  group_id: number;
  number: string;
  name: string;
  /** JSON list of the variables. */
  variables: string;
}

interface BlacklistTable {
  /** 0: for every account. */
  account_id: number;
  number: string;
  at: number;
}

interface OrderTable {
  id: string;
  account_id: number;
  /** Domain of the share that it came by, or null. */
  share: string | null;
  requester: string;
  source: Source;
  syntax: Syntax | null;
  sender: string | null;
  text: string;
  encoding: Encoding;
  parts: number;
  price_milli: number;
  format: Format;
  bulk: number;
  /** 1: made by a program, never answered by mail. */
  silent: number;
  scheduled_for: number | null;
  created_at: number;
  finished_at: number | null;
  /** JSON `Thread`, or null where no mail is answered. */
  thread: string | null;
}

interface MessageTable {
  id: string;
  order_id: string;
  account_id: number;
  number: string;
  zone: string;
  price_milli: number;
  state: MessageState;
  reason: string | null;
  flash: number;
  due_at: number;
  expires_at: number;
  attempts: Generated<number>;
  created_at: number;
  submitted_at: number | null;
  final_at: number | null;
  /** That it waits for, or that has it. */
  carrier: string;
  /** 0: a carrier has put it off, and its time has not come. */
  ready: Generated<number>;
  /** core/text-check.ts of the order's text; null in messages from before it was kept. */
  text_check: number | null;
}

interface PartTable {
  message_id: string;
  part: number;
  carrier: string;
  carrier_id: string;
  state: Generated<'submitted' | 'delivered' | 'undelivered' | 'expired' | 'refused'>;
}

interface ReceiptTable {
  id: Generated<number>;
  carrier: string;
  carrier_id: string;
  state: string;
  reason: string | null;
  raw: string;
  at: number;
  /** Null: parked until a message fits. */
  message_id: string | null;
}

interface SeenMailTable {
  dedupe_key: string;
  /** JSON list of order ids. */
  order_ids: string;
  at: number;
}

interface NoticeTable {
  id: Generated<number>;
  account_id: number;
  address: string;
  /** JSON `Notice`. */
  notice: string;
  state: Generated<'waiting' | 'sent' | 'failed'>;
  due_at: number;
  attempts: Generated<number>;
  detail: string | null;
  created_at: number;
}

interface ReplyTable {
  id: Generated<number>;
  /** The same reply told twice by the carrier has the same key; so has the same word sent again another day. */
  dedupe_key: string;
  carrier: string;
  number: string;
  sent_to: string;
  text: string;
  raw: string;
  at: number;
  /** Of the message that is answered; null: none was found. */
  account_id: number | null;
  message_id: string | null;
  order_id: string | null;
  /** When a mail has answered it; that can be done once. */
  answered_at: number | null;
}

interface FollowUpTable {
  id: Generated<number>;
  reply_id: number;
  /** JSON `FollowUp`. */
  follow_up: string;
  lane: FollowUpLane;
  state: Generated<'waiting' | 'done' | 'failed'>;
  due_at: number;
  attempts: Generated<number>;
  detail: string | null;
  created_at: number;
}

interface ReplyRuleTable {
  id: Generated<number>;
  account_id: number;
  pattern: string;
  answer: string | null;
  group_name: string | null;
}

interface QueueLengthTable {
  /** 0: all accounts together. */
  account_id: number;
  /** Scheduled and queued; kept in step by queue-length.ts. */
  messages: number;
}

interface RetentionTable {
  /** What is forgotten: `orders.text`, `receipts.raw`, `replies.text`, `records`. */
  what: string;
  /** Everything before it is done: an instant, or the id of a row. */
  mark: number;
}

interface ErasureTable {
  id: Generated<number>;
  kind: 'number' | 'account' | 'sender';
  /** Keyed hash of the number or address. */
  subject: string;
  /** Keyed hash of the one account that it was limited to, or null. */
  account: string | null;
  at: number;
  /** Null: begun, and broken off. */
  done_at: number | null;
}

interface ErasureKeyTable {
  /** Of the key whose hashes stand in this database. */
  fingerprint: string;
}

export interface Schema {
  accounts: AccountTable;
  senders: SenderTable;
  api_keys: ApiKeyTable;
  share_codes: ShareCodeTable;
  balance_looks: BalanceLookTable;
  movements: MovementTable;
  groups: GroupTable;
  members: MemberTable;
  blacklist: BlacklistTable;
  orders: OrderTable;
  messages: MessageTable;
  parts: PartTable;
  receipts: ReceiptTable;
  seen_mails: SeenMailTable;
  notices: NoticeTable;
  replies: ReplyTable;
  follow_ups: FollowUpTable;
  reply_rules: ReplyRuleTable;
  queue_lengths: QueueLengthTable;
  retention: RetentionTable;
  erasures: ErasureTable;
  erasure_keys: ErasureKeyTable;
}
