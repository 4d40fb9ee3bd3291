// What the stories ask of the store. Types only. Each method is one whole business transaction; no transaction crosses
// the port.

import type { CancelDecision, CancelPlan } from './core/cancel.js';
import type { Statement } from './core/ledger.js';
import type { MessageState } from './core/lifecycle.js';
import type { Rejection } from './core/rejection.js';
import type { BalanceRecord, BalanceWatch } from './core/remind.js';
import type {
  Begun,
  Cursor,
  ErasedSlice,
  Erasure,
  ErasureEntry,
  ErasureRequest,
  FoundSlice,
  ResolvedSlice,
  Subject,
  SubjectRequest,
} from './core/erasure.js';
import type { Result } from './core/result.js';
import type { ClockVerdict } from './core/clock-leap.js';
import type { ForgottenCounts, RetentionRule } from './core/retention.js';
import type { ReplyRule } from './core/reply.js';
import type {
  FollowUpLane,
  FollowUpRecord,
  NewReplyRule,
  QueuedFollowUp,
  ReplyFilter,
  StoredReply,
} from './core/reply-records.js';
import type { RoutingTable } from './core/routing.js';
import type { Settings } from './core/settings.js';
import type { ShareUsage, UsageQuery } from './core/share.js';
import type { Outcome, Receipt, Submission } from './core/carriage.js';
import type {
  Account,
  Contact,
  Decision,
  Group,
  MailContext,
  Message,
  MessagePlace,
  Notice,
  Order,
  OrderPlan,
  Reply,
} from './core/types.js';
import type { MailOutcome } from './ports.js';

/** What of the configuration the store needs. */
export interface StoreOptions {
  /** The configured defaults under the accounts' own settings. */
  readonly defaults: Settings;
  /** At most so many outcome mails to one address an hour. */
  readonly noticesPerHour: number;
  /** Settings of the domain shares, by domain, laid over those of the paying account. */
  readonly shareSettings: Readonly<Record<string, Partial<Settings>>>;
  readonly routing: RoutingTable;
  readonly queue: QueueLimits;
}

/** Messages that may wait to be sent, deferred ones included. */
interface QueueLimits {
  readonly messages: number;
  readonly accountMessages: number;
}

export interface NewAccount {
  readonly email: string;
  readonly codeHash: string;
  readonly settings: Partial<Settings>;
  readonly creditsMilli: number;
  readonly nowMs: number;
}

export interface NewApiKey {
  readonly email: string;
  readonly name: string;
  /** Digest of the key. */
  readonly keyHash: string;
  readonly nowMs: number;
}

/** What is known of a key after it was shown once. */
export interface ApiKey {
  readonly id: number;
  readonly name: string;
  readonly createdAtMs: number;
  /** `2026-11-23`, UTC; null: never used. */
  readonly lastUsedDay: string | null;
  readonly revokedAtMs: number | null;
}

/** A mistake of the person who asked, told in a sentence; not a fault. */
type Told<T> = Promise<Result<T, string>>;

/** A plan on its way to the store, which reads the rest of the account itself: what counts is how it is then. */
type PlanToAccept = Omit<OrderPlan, 'account'> & { readonly account: Pick<Account, 'id'> };

/** One request of a mail, planned or refused before the store was asked. */
export interface OrderCommand {
  readonly orderId: string;
  readonly plan: PlanToAccept;
  /** The confirmation of a STOP, which goes to a number that is on the blacklist by now. */
  readonly confirmsStop?: true;
  /** The reply that it answers, which can be answered once. */
  readonly answers?: number;
}

export interface RefusalCommand {
  readonly orderId: string;
  readonly account: Account;
  readonly requester: string;
  readonly rejection: Rejection;
}

export interface CancelCommand {
  /** The answer goes by it; nothing is recorded under it. */
  readonly orderId: string;
  readonly plan: CancelPlan;
}

export interface AcceptCommand {
  readonly nowMs: number;
  readonly orders: readonly OrderCommand[];
  readonly refusals: readonly RefusalCommand[];
  readonly cancellations: readonly CancelCommand[];
  /** Null: not from a mail, no outcome mail for refusals. */
  readonly mail: MailContext | null;
  /** True: decide and answer, write nothing. */
  readonly dryRun: boolean;
}

export interface AcceptedOrder {
  readonly orderId: string;
  readonly decision: Decision;
  readonly balanceMilli: number;
  /** True when the refusal is queued as a mail: the SMTP reply is then 250. */
  readonly mailed: boolean;
}

export interface AcceptReply {
  /** Order ids of the first delivery when this mail was here before; nothing was done again. */
  readonly seenBefore: readonly string[] | null;
  readonly orders: readonly AcceptedOrder[];
  /** One for each refusal of the command: whether a mail tells it. */
  readonly refusalsMailed: readonly boolean[];
  readonly cancellations: readonly { readonly decision: CancelDecision; readonly mailed: boolean }[];
}

export interface ClaimedMessage {
  readonly submission: Submission;
  readonly dueAtMs: number;
  readonly attempts: number;
}

export interface OutcomeRecord {
  readonly messageId: string;
  readonly carrier: string;
  readonly outcome: Outcome;
  /** For `deferred`: when to try again. */
  readonly retryAtMs: number;
  readonly nowMs: number;
}

export interface Exchange {
  readonly carrier: string;
  readonly outcomes: readonly OutcomeRecord[];
  /** At most so many are claimed. */
  readonly limit: number;
  readonly nowMs: number;
}

/** Of a message in the queue of its carrier. */
export interface QueuePlace {
  readonly ready: number;
  readonly accountId: number;
  readonly id: string;
}

export interface Rerouted {
  readonly moved: number;
  /** Where the next bite begins; null: that was all. */
  readonly next: QueuePlace | null;
}

export interface MessageFilter {
  readonly account?: string;
  readonly state?: MessageState;
  readonly sinceMs?: number;
  readonly order?: string;
  /** Those behind this one, in the order of the list. */
  readonly after?: MessagePlace;
  readonly limit: number;
}

export interface QueuedNotice {
  readonly id: number;
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly to: string;
  readonly notice: Notice;
}

export interface QueueSummary {
  readonly states: Readonly<Record<string, number>>;
  readonly noticesWaiting: number;
  readonly orders: readonly { readonly order: Order; readonly open: number; readonly dueAtMs: number }[];
}

/** How the operator says that a message in doubt ended; `id` is that of a message or of an order. */
export interface Settlement {
  readonly id: string;
  readonly state: MessageState;
  readonly nowMs: number;
}

/** What becomes of messages that no carrier has answered for. */
export interface UnansweredRule {
  readonly sentBeforeMs: number;
  readonly settleAs: 'undelivered' | 'refused';
  readonly nowMs: number;
}

/** What one check of the database has found. */
export interface CheckReport {
  /** For programs. */
  readonly check: string;
  /** What is so where nothing is wrong. */
  readonly says: string;
  /** What to do where something is. */
  readonly advice: string;
  readonly faults: number;
  /** The first of them, a sentence each. */
  readonly examples: readonly string[];
}

export interface VerifyReport {
  readonly messages: number;
  readonly movements: number;
  readonly checks: readonly CheckReport[];
  /** A sentence each, of all checks. */
  readonly faults: readonly string[];
}

export interface PruneReport {
  readonly counts: ForgottenCounts;
  /** This was a slice, and there is more. */
  readonly more: boolean;
}

export interface ImportReport {
  readonly added: number;
  readonly updated: number;
}

export interface TopUp {
  readonly email: string;
  readonly amountMilli: number;
  readonly method: string;
  readonly reference: string;
  readonly nowMs: number;
}

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amountMilli: number;
  readonly nowMs: number;
}

export interface ContactImport {
  readonly email: string;
  /** Made where there is none of that name. */
  readonly group: string;
  readonly contacts: readonly Contact[];
}

export interface BlacklistChange {
  /** Null: the list that holds for every account. */
  readonly email: string | null;
  /** E.164. */
  readonly number: string;
  readonly listed: boolean;
  readonly nowMs: number;
}

export interface NoticeRecord {
  readonly id: number;
  readonly outcome: MailOutcome;
  /** For `deferred`: when to try again. */
  readonly retryAtMs: number;
}

/** Of one POST to a URL of an account; `failed`: no use to try again. */
export type Post = (url: string, json: string) => Promise<MailOutcome>;

export interface Store {
  // accounts
  createAccount(account: NewAccount): Told<Account>;
  /** The account that owns the first of the addresses that any account owns. */
  findAccount(addresses: readonly string[]): Promise<{ account: Account; address: string } | null>;
  /** With all of its addresses. */
  accountByEmail(email: string): Told<Account>;
  /** The next ones by their addresses, so many at most. */
  listAccounts(after: string, limit: number): Promise<readonly Account[]>;
  changeSettings(email: string, changes: Partial<Settings>): Told<Account>;
  changeCode(email: string, codeHash: string): Told<Account>;
  addSender(email: string, address: string): Told<Account>;
  closeAccount(email: string): Told<Account>;

  // API keys
  createApiKey(key: NewApiKey): Told<ApiKey>;
  listApiKeys(email: string): Told<readonly ApiKey[]>;
  revokeApiKey(email: string, id: number, nowMs: number): Told<ApiKey>;
  /** By the digest of the key; null: there is none, or none any more. */
  findApiKey(keyHash: string): Promise<{ key: ApiKey; accountId: number } | null>;
  /** `day`: `2026-11-23`, UTC. */
  recordApiKeyUse(id: number, day: string): Promise<void>;

  // domain shares
  /** The hash of a share's code, or null: it has none yet, and nobody can send by it. */
  shareCode(domain: string): Promise<string | null>;
  changeShareCode(domain: string, codeHash: string): Promise<void>;
  /** By month (`2026-11`), domain and sender, newest month first. */
  shareUsage(asked: UsageQuery): Promise<readonly ShareUsage[]>;

  // credit
  addCredit(topUp: TopUp): Told<Account>;
  /** Returns the account that gave. */
  transferCredit(transfer: Transfer): Told<Account>;
  statement(email: string, limit: number): Told<Statement>;

  // contacts
  importContacts(contacts: ContactImport): Told<ImportReport>;
  groups(accountId: number): Promise<readonly Group[]>;
  groupMembers(groupId: number): Promise<readonly Contact[]>;
  deleteGroup(email: string, group: string): Told<Group>;
  changeBlacklist(change: BlacklistChange): Told<void>;
  blacklist(email: string | null): Told<readonly string[]>;

  // story 1
  acceptOrders(command: AcceptCommand): Promise<AcceptReply>;

  // story 2
  /** Expires, reserves and queues what is due, then marks up to `limit` messages as submitting. */
  claimDue(carrier: string, limit: number, nowMs: number): Promise<readonly ClaimedMessage[]>;
  recordOutcome(outcome: OutcomeRecord): Promise<void>;
  /** Both in one transaction: what a carrier has answered is recorded, and as much is claimed as `limit` says. */
  exchange(exchange: Exchange): Promise<readonly ClaimedMessage[]>;
  /** When the next message falls due that this carrier may have to send; null: none waits. */
  nextDueMs(carrier: string): Promise<number | null>;
  /** What waits for a carrier that cannot send goes to the next one of its route: a bite, from a place in the queue on. */
  reroute(carrier: string, nowMs: number, after: QueuePlace | null): Promise<Rerouted>;
  /**
   * What waits for a carrier that is not configured any more goes to the first one of its route: a bite of it. Returns
   * how many; 0: that was all.
   */
  adoptStranded(): Promise<number>;
  /** Settles what was sent before that and has no answer yet. Returns how many. */
  settleUnanswered(rule: UnansweredRule): Promise<number>;
  /** When the oldest message without an answer was sent; null: there is none. */
  oldestUnansweredMs(): Promise<number | null>;
  /** The wall clock was set back by so much: what waits for another try would wait that much longer. */
  moveRetries(byMs: number, nowMs: number): Promise<void>;
  /** After a stop that was none: what was being submitted is unknown now. Returns how many. */
  recoverInFlight(nowMs: number): Promise<number>;

  /** Of a restored database: some of what may have been sent since the backup is in doubt now. Returns how many; 0: done. */
  holdRestored(nowMs: number): Promise<number>;

  // story 3
  /** False when no message fits: the receipt is kept until one does. */
  recordReceipt(receipt: Receipt, nowMs: number): Promise<boolean>;
  /** The oldest outcome mails that may leave now. */
  dueNotices(limit: number, nowMs: number): Promise<readonly QueuedNotice[]>;
  /** When the next outcome mail may leave; null: none waits. */
  nextNoticeMs(): Promise<number | null>;
  recordNotice(record: NoticeRecord): Promise<void>;

  // replies
  /** `key` is equal for a reply that is told twice. False: it was told not long ago, nothing is done. */
  recordReply(reply: Reply, key: string, nowMs: number): Promise<boolean>;
  dueFollowUps(lane: FollowUpLane, limit: number, nowMs: number): Promise<readonly QueuedFollowUp[]>;
  /** When the next one is due; null: none waits. */
  nextFollowUpMs(lane: FollowUpLane): Promise<number | null>;
  recordFollowUp(record: FollowUpRecord): Promise<void>;
  /** Newest first. */
  /** Null: there is none, or it answers no message of anybody. */
  replyToAnswer(id: number): Promise<{ accountId: number; number: string; answered: boolean } | null>;
  replies(filter: ReplyFilter): Told<readonly StoredReply[]>;
  replyRules(email: string): Told<readonly ReplyRule[]>;
  addReplyRule(rule: NewReplyRule): Told<ReplyRule>;
  removeReplyRule(email: string, id: number): Told<void>;

  // the reminder of a low balance
  /** The open accounts that have a threshold, or had one when they were last looked at. */
  balanceWatches(): Promise<readonly BalanceWatch[]>;
  /** Keeps the day and queues the mail. False: that day was kept before, nothing is done. */
  recordLook(record: BalanceRecord): Promise<boolean>;

  // to look at and to mend by hand
  messages(filter: MessageFilter): Promise<readonly { readonly message: Message; readonly order: Order }[]>;
  queue(): Promise<QueueSummary>;
  cancel(id: string, nowMs: number): Told<number>;
  retry(id: string, nowMs: number): Told<number>;
  settle(settlement: Settlement): Told<number>;
  verify(): Promise<VerifyReport>;
  /**
   * Before anything is forgotten by the clock: whether it may be believed, which is then kept. `isTold`: somebody says so.
   */
  believeClock(nowMs: number, isTold: boolean): Promise<ClockVerdict>;
  /** Forgets a bounded slice of what is older than it may be. */
  prune(rule: RetentionRule): Promise<PruneReport>;
  /** What `prune` would forget. */
  prunable(rule: RetentionRule): Promise<ForgottenCounts>;
  /** What of the file cannot be read, a few sentences. Reads all of it. */
  damage(): Promise<readonly string[]>;
  /**
   * Gives the room of what was forgotten back to the file system. A slice: true while there is more, and at the end the
   * log of the database is emptied. The whole file: written anew, nothing of what was deleted is left in it, and nothing
   * is accepted meanwhile.
   */
  giveBack(how: 'slice' | 'whole'): Promise<boolean>;

  // the rights of people: what is kept of them, and its end
  /** Whom a request means, or that there is no such account. */
  subjectOf(request: SubjectRequest): Told<Subject>;
  /** A bounded page of everything that is kept, with what of it is theirs or mentions them. */
  findSlice(subject: Subject, cursor: Cursor): Promise<FoundSlice>;
  /** Refused, with what to do, while something of theirs is under way; then nothing is changed. */
  beginErasure(request: ErasureRequest): Told<Begun>;
  eraseSlice(subject: Subject, cursor: Cursor): Promise<ErasedSlice>;
  endErasure(id: number, nowMs: number): Promise<void>;
  /** Of an erasure that this database has forgotten, and in which nothing of it is left to be done. */
  recordErasure(entry: ErasureEntry, nowMs: number): Promise<void>;
  /** Every one that was asked for in this database. */
  erasures(): Promise<readonly Erasure[]>;
  /** A bounded page of the numbers and addresses that are kept: those whose hashes are asked for. */
  resolveErasures(hashes: readonly string[], cursor: Cursor): Promise<ResolvedSlice>;

  /** Takes effect for all that comes after. */
  configure(options: StoreOptions): Promise<void>;

  stop(): Promise<void>;
}
