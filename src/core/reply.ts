// What follows from an SMS that somebody has sent back: STOP before CONTACT before the account's own rules before the
// automatic answer; forwarding besides. Pure: takes the text, the settings and the rules, gives what is to be done.

import type { Settings } from './settings.js';

/** Words that mean "send me nothing any more", whatever stands around them in case, accents and punctuation. */
const STOP_WORDS: ReadonlySet<string> = new Set(['stop', 'arret', 'stopsms', 'unsubscribe', 'end', 'quit', 'cancel']);
const CONTACT_WORDS: ReadonlySet<string> = new Set(['contact']);

/** An SMS that a person sent to us, put together from its parts. */
export interface Reply {
  readonly carrier: string;
  /** E.164 with `+`, or as the carrier says it (short codes, names). */
  readonly from: string;
  /** The number, short code or name that it was sent to, as the carrier says it. */
  readonly to: string;
  readonly text: string;
  /** When its last part came. */
  readonly atMs: number;
  /** What came over the wire; hexadecimal, parts separated by a space. */
  readonly raw: string;
  /** Our own message id, where the carrier says which message is answered. */
  readonly reference?: string;
}

/** A rule of the account: a reply that holds the word is answered, and its sender may go into a group. */
export interface ReplyRule {
  readonly id: number;
  /** Compared without case and accents, as a whole word or run of words; `*` is any reply. */
  readonly pattern: string;
  readonly answer: string | null;
  readonly group: string | null;
}

/** What an answer answers. Those to `any` reply are rationed, so that two machines do not talk for ever. */
export type AnswerTo = 'stop' | 'contact' | 'any';

export type FollowUp =
  | { readonly kind: 'blacklist' }
  /** To the one who replied. */
  | { readonly kind: 'answer'; readonly text: string; readonly to: AnswerTo }
  | { readonly kind: 'move'; readonly group: string }
  | { readonly kind: 'mail'; readonly address: string }
  | { readonly kind: 'forward'; readonly mobile: string }
  | { readonly kind: 'post'; readonly url: string };

/** Small letters, no accents, no punctuation, single spaces. */
function foldReply(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The whole message is the word: "please do not stop" is none. `STOP SMS` is one. */
export function isStop(text: string): boolean {
  return STOP_WORDS.has(foldReply(text).replace(/ /g, ''));
}

export function isContact(text: string): boolean {
  return CONTACT_WORDS.has(foldReply(text));
}

function matches({ pattern }: ReplyRule, folded: string): boolean {
  return pattern.trim() === '*' || ` ${folded} `.includes(` ${foldReply(pattern)} `);
}

export type ReplySettings = Pick<
  Settings,
  'stopText' | 'contactText' | 'replies.auto' | 'replies.email' | 'replies.mobile' | 'replies.url'
>;

/** In the order in which they are done. STOP is confirmed and forwarded, and nothing else follows from it. */
export function followUpsOf(text: string, settings: ReplySettings, rules: readonly ReplyRule[]): readonly FollowUp[] {
  const forwards = forwardsOf(settings);
  if (isStop(text)) return [{ kind: 'blacklist' }, ...answerOf(settings.stopText, 'stop'), ...forwards];
  if (isContact(text) && settings.contactText !== null) {
    return [...answerOf(settings.contactText, 'contact'), ...forwards];
  }
  const folded = foldReply(text);
  const rule = rules.find((one) => matches(one, folded));
  if (!rule) return [...answerOf(settings['replies.auto'], 'any'), ...forwards];
  const move: readonly FollowUp[] = rule.group === null ? [] : [{ kind: 'move', group: rule.group }];
  return [...move, ...answerOf(rule.answer, 'any'), ...forwards];
}

function answerOf(text: string | null, to: AnswerTo): readonly FollowUp[] {
  return text === null ? [] : [{ kind: 'answer', text, to }];
}

function forwardsOf(settings: ReplySettings): readonly FollowUp[] {
  const forwards: FollowUp[] = [];
  if (settings['replies.email'] !== null) forwards.push({ kind: 'mail', address: settings['replies.email'] });
  if (settings['replies.mobile'] !== null) forwards.push({ kind: 'forward', mobile: settings['replies.mobile'] });
  if (settings['replies.url'] !== null) forwards.push({ kind: 'post', url: settings['replies.url'] });
  return forwards;
}

/** Of a reply that nobody's message can be found for: only its STOP counts. */
export const NO_REPLY_SETTINGS: ReplySettings = {
  stopText: null,
  contactText: null,
  'replies.auto': null,
  'replies.email': null,
  'replies.mobile': null,
  'replies.url': null,
};

/** What a forwarded reply says on the mobile: who writes, then what. */
export function forwardText(number: string, text: string): string {
  return `${number}: ${text.trim()}`;
}
