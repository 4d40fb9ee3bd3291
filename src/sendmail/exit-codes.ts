// What became of the recipients → the exit code of sysexits(3) and the lines for stderr.
// Takes replies, gives text in which no sending code stands: it ends in the logs and mails of whoever runs the program.

import { maskWords } from '../core/mask.js';
import type { Reply } from './replies.js';

export const OK = 0;
export const USAGE = 64;
export const DATA = 65;
const NO_USER = 67;
const UNAVAILABLE = 69;
export const SOFTWARE = 70;
export const TEMPORARY = 75;
export const NO_PERMISSION = 77;

/** By the subject of the enhanced code: RFC 3463 §3. */
const BY_SUBJECT: Readonly<Record<string, number>> = {
  // Addressing.
  1: NO_USER,
  // Mailbox: no credit, or somebody who wants no more messages.
  2: UNAVAILABLE,
  // Mail system: too large.
  3: DATA,
  4: UNAVAILABLE,
  // Protocol: not the fault of the mail.
  5: SOFTWARE,
  // Content.
  6: DATA,
  // Policy: who sends, and what they may.
  7: NO_PERMISSION,
};

export interface Refusal {
  readonly recipient: string;
  readonly reply: Reply;
}

export function exitCodeOf({ code, text }: Reply): number {
  if (code < 500) return TEMPORARY;
  const subject = /^5\.(\d)\./.exec(text)?.[1];
  return (subject === undefined ? undefined : BY_SUBJECT[subject]) ?? UNAVAILABLE;
}

/** One line for each. */
export function refusalLines(refusals: readonly Refusal[]): string[] {
  return refusals.map(({ recipient, reply }) => {
    const at = recipient.lastIndexOf('@');
    const shown = at < 0 ? maskWords(recipient) : maskWords(recipient.slice(0, at)) + recipient.slice(at);
    // Replies repeat the enhanced code in each line.
    const text = reply.text.replace(/\n(?:\d\.\d{1,3}\.\d{1,3} )?/g, ' ');
    return `${shown}: ${reply.code} ${text}`.replace(/\p{Cc}+/gu, ' ');
  });
}
