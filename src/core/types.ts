// The nouns of the data path, from the mail to the outcome, as plain data.
// Units stand in the names: `…Ms` is milliseconds (instants: since 1970 UTC), `…Milli` thousandths of a credit.
// Nothing here computes; the modules beside it do.

import type { Rejection } from './rejection.js';
import type { Result } from './result.js';
import type { Lang, Settings } from './settings.js';
import type { DomainShare } from './share.js';
import type { MessageState } from './lifecycle.js';

export type { Reply } from './reply.js';
export type { Format, Lang } from './settings.js';

export type Source = 'mail' | 'http' | 'cli' | 'reply';
export type Encoding = 'gsm7' | 'ucs2';
export type Syntax = 1 | 2 | 3 | 4;

// ---------------------------------------------------------------- from the mail to the request

/** What the SMTP session knew. Addresses are as given, without angle brackets; `''` is the null sender. */
export interface Envelope {
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  readonly remoteAddress: string;
  /** The address that SMTP AUTH has proved, lower case; null: a code in the mail has to. */
  readonly authenticatedAs: string | null;
  /**
   * `lmtp` (sendmail too) waits for a reply of its own for each recipient: refusals are that reply, never a mail.
   * `spool`: sendmail handed it over while the daemon was away, and nobody waits any more.
   */
  readonly channel: 'smtp' | 'submission' | 'lmtp' | 'spool';
}

/** The bytes of a mail as they came in, one piece behind the other. */
export type MailPieces = readonly Uint8Array[];

/** What the parser took out of the raw mail; header values are decoded where the name does not say raw. */
export interface ParsedMail {
  /** Every From field, raw and unfolded: the strict grammar of the identity reads them, not a library. */
  readonly rawFrom: readonly string[];
  readonly subject: string;
  /** With angle brackets, or null. */
  readonly messageId: string | null;
  readonly references: readonly string[];
  /** Lower-case first word of the field, or null where there is none. */
  readonly autoSubmitted: string | null;
  readonly precedence: string | null;
  /** True with any of List-Id, List-Post, List-Unsubscribe, List-Help. */
  readonly list: boolean;
  readonly receivedCount: number;
  readonly body: MailBody;
}

/** The one body that the text is taken from. `text` is decoded (charset, transfer encoding, format=flowed), not yet normalised. */
export type MailBody =
  | { readonly kind: 'text'; readonly text: string; readonly fromHtml: boolean }
  | { readonly kind: 'none' | 'encrypted' | 'calendar' };

/** One reading of an address and a subject: syntax 3 or 4 can both fit, and the one whose code is right wins. */
export interface Candidate {
  readonly syntax: Syntax | null;
  /** As it stands in the mail, where it has one. Not looked at where the session has proved who sends. */
  readonly code: string | null;
  /** A mistake in the subject is told only after the code was right. */
  readonly form: Result<OrderForm, Rejection>;
  /** The mail answers a forwarded reply: `code` is the signature of its address, and the number is that of the reply. */
  readonly answers?: number;
}

/** What one reading asks for; nothing is looked up or checked against an account yet. */
export interface OrderForm {
  /** The numbers field as typed: numbers and names of groups, with their separators. */
  readonly destinations: string;
  /** What stands in the place of the date (`HHmmddMMyyyy` if it is right), or null. */
  readonly at: string | null;
  /** The text of syntax 4 and of the command line; null: the text comes from the body of the mail. */
  readonly text: string | null;
  /** An `s` stood behind the date: nothing is sent, what was to leave then is taken back. */
  readonly cancel?: true;
}

/** The junction: mail, command line and HTTP interfaces all make this. */
export interface SmsRequest {
  readonly source: Source;
  readonly claim: Claim;
  /** At least one, in the order in which they are tried. */
  readonly candidates: readonly Candidate[];
  /** The body for candidates whose form has no text of its own. */
  readonly body: MailBody;
  /** The one SMS that may still go to a number that has just said STOP. */
  readonly confirmsStop?: true;
}

/** Who claims to send. Addresses are tried in order: the first that an account knows counts. */
export type Claim =
  | { readonly by: 'code'; readonly addresses: readonly string[] }
  /** `from`: the address that the mail says it comes from; answered there if the account owns it. */
  | { readonly by: 'session'; readonly email: string; readonly from?: string };

/** What is needed to answer the mail that a request came in. */
export interface MailContext {
  /** Equal for the same mail delivered twice (message id, sender, recipients, content); null: it has no message id. */
  readonly dedupeKey: string | null;
  /** The subject with the codes masked. */
  readonly subject: string;
  readonly messageId: string | null;
  readonly references: readonly string[];
  /** Made by a program: it is never answered by mail, refusals are the SMTP reply. */
  readonly silent: boolean;
  /** Came by LMTP or `sendmail`, which wait for a reply: refusals are that reply, all else is told by mail. */
  readonly refusalByReply: boolean;
}

// ---------------------------------------------------------------- accounts

export interface Account {
  readonly id: number;
  readonly email: string;
  /** Further addresses that may send for the account, lower case. */
  readonly senders: readonly string[];
  readonly codeHash: string;
  readonly balanceMilli: number;
  readonly reservedMilli: number;
  readonly closed: boolean;
  readonly createdAtMs: number;
  /** Defaults of the configuration with the account's own values laid over them. */
  readonly settings: Settings;
}

export interface Group {
  readonly id: number;
  readonly name: string;
  readonly memberCount: number;
}

export interface Contact {
  readonly name: string;
  readonly number: string;
  readonly values: readonly string[];
}

// ---------------------------------------------------------------- from the request to messages

/** A number that was read and may be sent to. */
export interface PhoneNumber {
  readonly e164: string;
  readonly kind: 'mobile' | 'landline';
  /** `FR`, `overseas`, or the ISO 3166 code of the country. */
  readonly zone: string;
}

/** By what was written. */
export type ReadNumbers = ReadonlyMap<string, Result<PhoneNumber, Rejection>>;

/** A destination that gets nothing, and why. `to` is the number as E.164 where it could be read, else as typed. */
export interface RefusedRecipient {
  readonly to: string;
  readonly rejection: Rejection;
}

/** The text as it will be sent, encoded and counted once. */
export interface EncodedText {
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  /** What was replaced to get there, in order of first appearance; empty when nothing was. */
  readonly replaced: readonly Replacement[];
  /** Parts that the replacements saved (0 when none). */
  readonly savedParts: number;
  /** True when the account's `long=truncate` cut it to one part. */
  readonly truncated: boolean;
}

export interface Replacement {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** How the text was taken out of the mail. */
export interface TextOrigin {
  readonly fromHtml: boolean;
  readonly cut: TextCut | null;
}

export interface TextCut {
  readonly by: 'tags' | 'fin' | 'signature' | 'quote' | 'mobile';
  /** Line of the body, from 1, at which the text ends, and that line. */
  readonly line: number;
  readonly lineText: string;
}

/** What SPF, DKIM and DMARC say of a mail; `trouble`: the DNS did not answer. The words are those of RFC 8601. */
export interface SenderFinding {
  readonly result: 'pass' | 'fail' | 'trouble';
  readonly spf: string;
  readonly dkim: string;
  readonly dmarc: string;
}

export interface PlannedMessage {
  readonly to: string;
  readonly zone: string;
  readonly priceMilli: number;
  /** At most the acceptance instant: leaves at once, its price is reserved. Later: scheduled, reserved when due. */
  readonly dueAtMs: number;
}

/** Everything that can be decided without the store: pure output of `planOrder`. */
export interface OrderPlan {
  readonly plannedAtMs: number;
  /** Who pays. Its settings are those of the share where the order came by one. */
  readonly account: Account;
  /** The domain share that the order came by, or null: the account's own. */
  readonly share: DomainShare | null;
  readonly source: Source;
  readonly syntax: Syntax | null;
  /** The address that the order came from and is answered to. */
  readonly requester: string;
  readonly content: EncodedText;
  readonly origin: TextOrigin;
  /** The instant that the date field or the cut-off hour gave, or null: at once. */
  readonly scheduledForMs: number | null;
  /** Came from a group or has many recipients: its end is told (mail c). */
  readonly bulk: boolean;
  /** With the account's `verify=report`: what `required` would have gone by. */
  readonly finding: SenderFinding | null;
  readonly messages: readonly PlannedMessage[];
  readonly refused: readonly RefusedRecipient[];
}

/** What the store says about a plan, inside the transaction that will carry it out. */
export interface AcceptanceFacts {
  readonly balanceMilli: number;
  readonly spentTodayMilli: number;
  /** The reply that this order answers has had its answer. */
  readonly alreadyAnswered: boolean;
  /** By the whole share and by this sender of it since the start of the month; 0 without a share. */
  readonly shareSpentMilli: number;
  readonly senderSpentMilli: number;
  /** E.164 numbers. */
  readonly blacklisted: ReadonlySet<string>;
  readonly duplicates: ReadonlySet<string>;
}

export type Decision =
  | {
      readonly accepted: true;
      readonly messages: readonly PlannedMessage[];
      readonly refused: readonly RefusedRecipient[];
      readonly priceMilli: number;
      /** The part of the price that is reserved now: the messages that leave at once. */
      readonly reserveMilli: number;
    }
  | { readonly accepted: false; readonly rejection: Rejection; readonly refused: readonly RefusedRecipient[] };

export interface Message {
  readonly id: string;
  readonly orderId: string;
  readonly accountId: number;
  readonly to: string;
  readonly zone: string;
  readonly priceMilli: number;
  readonly state: MessageState;
  /** Machine-readable cause of a state that is not the good one, or null. */
  readonly reason: string | null;
  readonly dueAtMs: number;
  readonly createdAtMs: number;
  readonly submittedAtMs: number | null;
  readonly finalAtMs: number | null;
  /** That it waits for, or that has it. */
  readonly carrier: string;
  readonly carrierIds: readonly string[];
  readonly attempts: number;
}

/** Where it stands in a list: the ids of its order and its own. */
export interface MessagePlace {
  readonly order: string;
  readonly message: string;
}

export interface Order {
  readonly id: string;
  readonly accountId: number;
  readonly accountEmail: string;
  readonly requester: string;
  readonly source: Source;
  readonly syntax: Syntax | null;
  readonly sender: string | null;
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  readonly priceMilli: number;
  readonly scheduledForMs: number | null;
  readonly createdAtMs: number;
}

// ---------------------------------------------------------------- what the sender is told

/** The mail that an outcome mail answers. */
export interface Thread {
  /** With the codes masked. */
  readonly subject: string;
  readonly messageId: string | null;
  readonly references: readonly string[];
}

/** One recipient in an outcome mail. */
export interface RecipientFacts {
  readonly to: string;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly dueAtMs: number;
}

/** At most `NOTICE_LIST_LIMIT` entries of a longer list, and how many there are. */
export interface Excerpt<T> {
  readonly total: number;
  readonly first: readonly T[];
}

interface NoticeBase {
  readonly lang: Lang;
  /** IANA zone in which instants are shown. */
  readonly zone: string;
  readonly orderId: string;
  readonly thread: Thread | null;
}

interface OrderFacts {
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  readonly priceMilli: number;
  readonly balanceMilli: number;
  readonly scheduledForMs: number | null;
  readonly recipients: Excerpt<RecipientFacts>;
  /** How many recipients are in each state. */
  readonly counts: Readonly<Partial<Record<MessageState, number>>>;
}

/**
 * The outcome mails, as facts; they are stored with the order and put into words when they leave.
 * (a) recorded, cancelled · (b) refused: nothing was recorded; unsent, undelivered: recorded, and failed later · (c) finished · (d) delivered
 */
export type Notice =
  | (NoticeBase &
      OrderFacts & {
        readonly kind: 'recorded';
        readonly refused: Excerpt<RefusedRecipient>;
        /** The subject, its code masked, of the mail that takes the order back; null where none does. */
        readonly cancelSubject: string | null;
        readonly origin: TextOrigin;
        readonly replaced: readonly Replacement[];
        readonly savedParts: number;
        readonly truncated: boolean;
        readonly finding: SenderFinding | null;
      })
  | (NoticeBase & {
      readonly kind: 'refused';
      readonly rejection: Rejection;
      readonly refused: Excerpt<RefusedRecipient>;
      readonly balanceMilli: number;
    })
  | (NoticeBase & OrderFacts & { readonly kind: 'finished' | 'unsent' })
  | (NoticeBase & {
      readonly kind: 'cancelled';
      readonly atMs: number;
      readonly recipients: Excerpt<RecipientFacts>;
      readonly refused: Excerpt<RefusedRecipient>;
      /** The different ones. */
      readonly texts: Excerpt<string>;
      /** For the same instant, to other numbers. */
      readonly stillWaiting: number;
      readonly balanceMilli: number;
    })
  | (NoticeBase & {
      readonly kind: 'delivered' | 'undelivered';
      readonly text: string;
      readonly recipient: RecipientFacts;
      readonly atMs: number;
    })
  /** What somebody has answered to an SMS of the order. */
  | (NoticeBase & {
      readonly kind: 'reply';
      readonly replyId: number;
      readonly from: string;
      readonly text: string;
      readonly atMs: number;
      /** The SMS that is answered. */
      readonly original: string;
    })
  /** About no order: the balance of an account is under its threshold. */
  | (Omit<NoticeBase, 'orderId'> & {
      readonly kind: 'low-balance';
      /** Of the SMS that says the same, where one leaves. */
      readonly orderId: string | null;
      readonly account: string;
      readonly balanceMilli: number;
      readonly thresholdMilli: number;
      /** `refusal`: why no SMS leaves for the number that is set. */
      readonly sms: { readonly to: string; readonly refusal: Rejection | null } | null;
    });

export type NoticeKind = Notice['kind'];
