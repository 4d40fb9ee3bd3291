// The header block of a mail → its fields, in order, with nothing thrown away: duplicates count, so that no library
// decides which of two From fields a mail has. Values are unfolded; encoded words are decoded only where asked.
// Source: RFC 5322 §2.2, §3.6; RFC 3834 (Auto-Submitted); RFC 2369 (List-…).

import type { ParsedMail } from '../core/types.js';
import { decodeUnlabelled } from './charset.js';
import { decodeHeaderText } from './encoded-words.js';

/** A thread's References grow without end; an answer needs its first and its last ones. */
const MAX_REFERENCES = 50;
/** Characters of a subject or a From that are read. The core refuses far shorter ones. */
const MAX_VALUE_LENGTH = 32 * 1024;
/** Of several From fields: a second one is enough to refuse the mail. */
const MAX_FROM_FIELDS = 2;
const LIST_FIELDS = ['list-id', 'list-post', 'list-unsubscribe', 'list-help'];

export type MailHeader = Omit<ParsedMail, 'body'>;

/** `block` is everything before the first empty line. */
export function readHeader(block: Buffer): MailHeader {
  const fields = splitFields(block);
  const all = (name: string): readonly Buffer[] => (fields.get(name) ?? []).map((raw) => Buffer.from(raw, 'latin1'));
  const first = (name: string): Buffer => Buffer.from(fields.get(name)?.[0] ?? '', 'latin1');
  const messageIds = readIds(first('message-id'));
  const references = readIds(first('references'));
  return {
    rawFrom: all('from')
      .slice(0, MAX_FROM_FIELDS)
      .map((raw) => decodeUnlabelled(raw).trim().slice(0, MAX_VALUE_LENGTH)),
    // Of several subjects the first: it is the one that clients show.
    subject: decodeHeaderText(first('subject')).slice(0, MAX_VALUE_LENGTH),
    messageId: messageIds[0] ?? null,
    references: shorten(references.length > 0 ? references : readIds(first('in-reply-to'))),
    autoSubmitted: strictestAutoSubmitted(all('auto-submitted')),
    precedence: firstWord(first('precedence')),
    list: LIST_FIELDS.some((name) => fields.has(name)),
    receivedCount: fields.get('received')?.length ?? 0,
  };
}

/** By the name in lower case: the unfolded bytes after the colon, as latin1, in their order. */
function splitFields(block: Buffer): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const line of block.toString('latin1').split(/\r?\n(?![ \t])/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name === '') continue;
    const value = line.slice(colon + 1).replace(/\r?\n(?=[ \t])/g, '');
    const known = fields.get(name);
    if (known) known.push(value);
    else fields.set(name, [value]);
  }
  return fields;
}

/** `<…>` tokens; an id that lost its brackets gets them back. */
function readIds(raw: Buffer): readonly string[] {
  const text = decodeHeaderText(raw);
  const ids = text.match(/<[^<>\s]{1,500}>/g);
  if (ids) return ids;
  return /^[^<>\s]{1,500}@[^<>\s]{1,500}$/.test(text) ? [`<${text}>`] : [];
}

function shorten(ids: readonly string[]): readonly string[] {
  return ids.length <= MAX_REFERENCES ? ids : [...ids.slice(0, 1), ...ids.slice(1 - MAX_REFERENCES)];
}

/** A second field must not hide that the mail is an automatic answer. */
function strictestAutoSubmitted(fields: readonly Buffer[]): string | null {
  const words = fields.map(firstWord).filter((word) => word !== null);
  return words.find((word) => word === 'auto-replied') ?? words.find((word) => word !== 'no') ?? words[0] ?? null;
}

function firstWord(raw: Buffer): string | null {
  return /^[^\s;(]+/.exec(decodeHeaderText(raw).toLowerCase())?.[0] ?? null;
}
