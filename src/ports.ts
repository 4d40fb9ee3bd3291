// What the stories ask of the world: carriers, mail, clock, secrets, log; and story 1 as the ways in see it. Types only.
// The store has a file of its own (store-port.ts).

import type { Rejection } from './core/rejection.js';
import type { Result } from './core/result.js';
import type { Outcome, Receipt, Submission } from './core/carriage.js';
import type {
  Decision,
  MailContext,
  MailPieces,
  OrderPlan,
  ParsedMail,
  RefusedRecipient,
  SenderFinding,
  SmsRequest,
  Reply,
} from './core/types.js';

export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970 UTC: for dates. Somebody may set it forward or back. */
  now(): number;
  /** Milliseconds since some beginning, never set: for pauses, rates and silences. */
  elapsed(): number;
  /** Calls `run` once, not before `delayMs` have passed; the returned function calls it off. */
  after(delayMs: number, run: () => void): Cancel;
}

export interface Ids {
  /** A new order id: lower-case, sortable by time, never given twice. */
  order(nowMs: number): string;
}

type LogFields = Readonly<Record<string, unknown>>;

/** Named events with ids; never a text, a code, or a whole number at info. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export interface Secrets {
  /** A random sending code: 10 characters without look-alikes, at least one letter. */
  newCode(): string;
  /** A random API key: no code that anyone may choose looks like one, and none needs a slow hash. */
  newApiKey(): string;
  /** Salted slow hash, self-describing. */
  hash(code: string): Promise<string>;
  /** Compares without case. Takes as long with `null` (no such account) as with a wrong code. */
  verify(code: string, codeHash: string | null): Promise<boolean>;
  /** SHA-256, hexadecimal. */
  digest(data: string | Uint8Array): string;
  /** 20 hexadecimal digits that nobody else can find for that text; the same after a restart. */
  sign(text: string): string;
  isSigned(text: string, signature: string): boolean;
}

/** One try at a secret: from where, and against whom. */
export interface Attempt {
  /** Of the client; null: not counted by address (a command of the operator, a mail server that speaks for others). */
  readonly remoteAddress: string | null;
  /** The mail addresses that are claimed, lower case; whether anybody owns them makes no difference. */
  readonly addresses: readonly string[];
}

/** Slows down and then refuses those who try secrets (docs: SECURITY.md). Never says whether an address is known. */
export interface Guard {
  /** Before any slow hash is computed. A pass must be told how it ended, once. */
  admit(attempt: Attempt): Result<GuardPass, Rejection>;
}

export interface GuardPass {
  /** Resolves when the refusal may be answered, later and later. `secrets`: how many were wrong, 1 unless told. */
  failed(secrets?: number): Promise<void>;
  /** `address`: the claimed one that was proved. */
  succeeded(address: string): void;
}

/** What may come in a minute. False: not now; what is refused is not counted. */
export interface Rates {
  /** One mail of a client; null: a client that speaks for others. */
  mailFrom(remoteAddress: string | null): boolean;
  /** One mail of an account, and the messages that it makes. */
  orderOf(accountId: number, messages: number): boolean;
}

/** SPF, DKIM and DMARC of a mail: does it come from where the address says? Never throws; bounded in time. */
export interface SenderVerifier {
  verify(mail: MailToVerify, address: string): Promise<SenderFinding>;
}

export interface MailToVerify {
  readonly raw: MailPieces;
  readonly remoteAddress: string;
  readonly helo: string;
  readonly mailFrom: string;
}

export interface MailParser {
  parse(raw: MailPieces): Promise<Result<ParsedMail, Rejection>>;
  stop(): Promise<void>;
}

/** A mail to a person. Every field is plain text; the adapter encodes and refuses line breaks in headers. */
export interface OutgoingMail {
  /** Where an answer to it goes; without it nobody reads one. */
  readonly replyTo?: string;
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly createdAtMs: number;
}

export type MailOutcome =
  | { readonly kind: 'sent'; readonly detail: string }
  | { readonly kind: 'deferred' | 'failed'; readonly detail: string };

export interface Mailer {
  /** Where mails go, for the start-up lines: a folder or a host. */
  readonly description: string;
  send(mail: OutgoingMail): Promise<MailOutcome>;
  stop(): Promise<void>;
}

export interface CarrierEvents {
  /** Resolves once the receipt is durable. */
  onReceipt(receipt: Receipt): Promise<void>;
  /** Resolves once the reply is durable; the carrier is told only then. */
  onReply?(reply: Reply): Promise<void>;
}

export interface Carrier {
  readonly name: string;
  /** At most so many submissions without an answer. */
  readonly window: number;
  start(events: CarrierEvents): Promise<void>;
  /** Never throws: a fault after bytes left is `unknown`. */
  submit(submission: Submission): Promise<Outcome>;
  /** Submissions that have no answer by now end as `unknown`. */
  stop(): Promise<void>;
}

// ---------------------------------------------------------------- story 1, as the ways in see it

/** The requests of one mail (or one command), to be accepted together. */
export interface Intake {
  readonly requests: readonly SmsRequest[];
  /** Null: not from a mail; refusals are answered, not mailed. */
  readonly mail: MailContext | null;
  /** Where the mail came from; null: a command of the operator, to whom limits of strangers do not apply. */
  readonly client: MailClient | null;
  /** Decide and answer, write nothing. */
  readonly dryRun: boolean;
}

export interface MailClient {
  /** Of this machine where there is none (a unix socket). */
  readonly remoteAddress: string;
  /** A mail server that speaks for others (LMTP): what they do is not counted against it. */
  readonly speaksForOthers: boolean;
  /** Null: a trusted network, whose senders are not verified. */
  readonly verify: ((address: string) => Promise<SenderFinding>) | null;
}

/** What became of one request. */
export type Acceptance =
  | {
      readonly accepted: true;
      readonly orderId: string;
      readonly plan: OrderPlan;
      readonly decision: Extract<Decision, { accepted: true }>;
      readonly balanceMilli: number;
    }
  | {
      readonly accepted: false;
      readonly rejection: Rejection;
      readonly refused: readonly RefusedRecipient[];
      /** Null when it was refused before there was a plan. */
      readonly plan: OrderPlan | null;
      /** True when the sender is told by mail: the SMTP reply is then 250. */
      readonly mailed: boolean;
    };

export interface IntakeResult {
  /** Order ids of the first delivery when this mail was here before; nothing was done again. */
  readonly seenBefore: readonly string[] | null;
  /** Of the requests to send, and of all that were refused. */
  readonly outcomes: readonly Acceptance[];
  /** Of the requests to take back what was to leave later. */
  readonly cancelled: readonly Cancelled[];
}

export interface Cancelled {
  readonly atMs: number;
  readonly zone: string;
  /** E.164; a number stands once for each message. */
  readonly numbers: readonly string[];
  readonly refused: readonly RefusedRecipient[];
}

export type Accept = (intake: Intake) => Promise<IntakeResult>;
