// What `explain` found out about one mail, step by step, as plain JSON. Codes are masked in all of it.

import type { Syntax, TextCut } from '../../core/types.js';
import type { DecisionView, RefusedView } from './decision-view.js';

export interface ExplainView {
  readonly mail: MailView | null;
  readonly envelope: EnvelopeView;
  readonly recipients: readonly RecipientView[];
  readonly sender: SenderView | null;
  readonly readings: readonly ReadingView[];
  /** One for each order that the mail makes; or one that refuses the mail as a whole. */
  readonly decisions: readonly DecisionStep[];
  /** One for each wish to take back what was to leave later. */
  readonly cancellations: readonly CancellationView[];
  /** How the SMTP session would end: `250 2.0.0` or the refusal. */
  readonly reply: string;
  /** The zone in which times are shown to people. */
  readonly zone: string;
}

export interface MailView {
  readonly bytes: number;
  readonly from: readonly string[];
  readonly subject: string;
  readonly messageId: string | null;
  readonly body: 'text' | 'html' | 'none' | 'encrypted' | 'calendar';
  readonly bodyLines: number;
  /** What marks it as made by a program, or null. */
  readonly automatic: string | null;
}

export interface EnvelopeView {
  readonly mailFrom: string;
  /** Where each was taken from. */
  readonly mailFromIs: 'given' | 'Return-Path' | 'From';
  readonly recipientsAre: 'given' | 'To and Cc';
  /** Addresses of To and Cc in other domains: none of our business. */
  readonly elsewhere: readonly string[];
}

export interface RecipientView {
  readonly address: string;
  readonly syntaxes: readonly (Syntax | null)[];
  readonly refusal: string | null;
}

export interface SenderView {
  /** In the order in which they are tried. */
  readonly addresses: readonly string[];
  /** The account that knows one of them. */
  readonly account: string | null;
  /** The domain whose share pays with that account; null: the account owns the address. */
  readonly share: string | null;
  readonly balanceMilli: number | null;
  readonly closed: boolean;
}

export interface ReadingView {
  readonly syntax: Syntax | null;
  readonly destinations: string | null;
  readonly at: string | null;
  readonly textFrom: 'subject' | 'body' | null;
  /** What is wrong with the subject in this reading. */
  readonly mistake: string | null;
}

export interface CancellationView {
  readonly cancelled: readonly string[];
  /** The instant that was meant. */
  readonly dueAt: string;
  readonly refused: readonly RefusedView[];
}

export interface DecisionStep {
  readonly decision: DecisionView;
  readonly syntax: Syntax | null;
  readonly requester: string | null;
  readonly balanceMilli: number | null;
  readonly fromHtml: boolean;
  readonly cut: TextCut | null;
  readonly savedParts: number;
  readonly truncated: boolean;
  /** The instant that a date, the cut-off hour or quiet hours give, or null: at once. */
  readonly scheduledFor: string | null;
  /** The refusal would be told by mail, and the session would end with 250. */
  readonly mailed: boolean;
  /** Why the sender or the code was not accepted: the operator may know, the sender is not told. */
  readonly cause: string | null;
}
