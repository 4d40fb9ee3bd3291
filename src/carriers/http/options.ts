// What a carrier of the type `http` is told: the rows of the configuration as they come, checked and complete.
// Nothing here computes.

import type { Locator, OutcomeRule, StateRule } from '../../core/provider-rules.js';
import type { FieldTemplate, JsonTemplate, Template } from '../../core/provider-template.js';

export type Charset = 'utf-8' | 'iso-8859-15' | 'iso-8859-1';
type Path = readonly string[] | null;

export interface RequestSettings {
  readonly url: Template | null;
  readonly username: string;
  readonly password: string;
  readonly account: string;
  readonly auth: 'none' | 'basic' | 'bearer';
  readonly method: 'auto' | 'GET' | 'POST' | 'PUT';
  readonly headers: readonly FieldTemplate[];
  readonly query: readonly FieldTemplate[];
  readonly form: readonly FieldTemplate[];
  readonly json: JsonTemplate | null;
  readonly charset: Charset;
  readonly sender: string | null;
}

export interface AnswerSettings {
  readonly id: Locator;
  readonly code: Locator | null;
  readonly outcomes: readonly OutcomeRule[];
}

export interface CallbackSettings {
  readonly token: string;
  readonly allow: readonly string[];
  readonly hmacSecret: string;
  readonly hmacHeader: string;
  readonly hmacAlgorithm: 'sha256' | 'sha1' | 'sha512';
  readonly hmacEncoding: 'hex' | 'base64';
  readonly hmacPrefix: string;
  readonly answerStatus: number;
  readonly answerText: string;
  readonly answerType: string;
}

export interface ReceiptFields {
  readonly items: Path;
  readonly id: Path;
  readonly state: Path;
  readonly reason: Path;
  readonly to: Path;
  readonly message: Path;
  readonly meanings: readonly StateRule[];
}

export interface ReplyFields {
  readonly items: Path;
  readonly from: Path;
  readonly to: Path;
  readonly text: Path;
  readonly message: Path;
}

export interface HttpSettings extends RequestSettings {
  readonly window: number;
  /** Requests a second; 0: no limit. */
  readonly rate: number;
  readonly answerSeconds: number;
  /** File with certificates. */
  readonly ca: string | null;
  readonly split: 'provider' | 'udh';
  readonly unicode: boolean;
  readonly longest: number;
  readonly answer: AnswerSettings;
  readonly callbacks: CallbackSettings;
  readonly receiptFields: ReceiptFields;
  readonly replyFields: ReplyFields;
}
