// The body of a mail → the text of the SMS and how it was found: between tags, before `*fin*`, before a signature or
// an earlier mail. Normalised, trimmed, never empty; characters are replaced later, when it is encoded.
// Never throws, linear in the text. Source: spec §4.

import { findCut } from './cut.js';
import { foldSpaces, isBlank, normaliseText } from './normalise.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';
import type { Settings } from './settings.js';
import type { MailBody, TextCut, TextOrigin } from './types.js';

export interface ExtractedText {
  readonly text: string;
  readonly origin: TextOrigin;
}

/** A part of the body: from `start` up to `end`, and what ended it. */
interface Range {
  readonly start: number;
  readonly end: number;
  readonly by: TextCut['by'];
}

const TAGS = { open: /<sms>/i, close: /<\/sms>/i };
/** HTML that was escaped once too often shows its tags like this. */
const HTML_TAGS = { open: /<sms>|&lt;sms&gt;/i, close: /<\/sms>|&lt;\/sms&gt;/i };
const FIN = /\*fin\*/i;

const WITHOUT_TEXT = { none: 'text-empty', encrypted: 'mail-encrypted', calendar: 'mail-calendar' } as const;

/** Of the line that the text was cut at, for the answer. */
const SHOWN_LINE = /^.{0,100}/su;

/** Refuses with `text-empty`, `mail-encrypted` or `mail-calendar`. `cut: 'none'` switches off the guesses, not tags and `*fin*`. */
export function extractText(body: MailBody, cut: Settings['cut']): Result<ExtractedText, Rejection> {
  if (body.kind !== 'text') return err(rejection(WITHOUT_TEXT[body.kind]));
  const whole = normaliseText(body.text);
  const range = betweenTags(whole, body.fromHtml) ?? beforeFin(whole) ?? (cut === 'auto' ? ownWords(whole) : null);
  const text = whole.slice(range?.start, range?.end).trim();
  if (isBlank(text)) return err(rejection('text-empty'));
  return ok({ text, origin: { fromHtml: body.fromHtml, cut: range && cutAt(whole, range) } });
}

/** The text of syntax 4: normalised as a body is, on one line. Refuses with `text-empty`. */
export function subjectText(subject: string): Result<string, Rejection> {
  const text = foldSpaces(normaliseText(subject));
  return isBlank(text) ? err(rejection('text-empty')) : ok(text);
}

/** `<SMS>` without its end reaches to `*fin*` or the end of the mail. */
function betweenTags(text: string, fromHtml: boolean): Range | null {
  const tags = fromHtml ? HTML_TAGS : TAGS;
  const open = tags.open.exec(text);
  if (!open) return null;
  const start = open.index + open[0].length;
  const inside = text.slice(start);
  const end = tags.close.exec(inside)?.index ?? FIN.exec(inside)?.index ?? inside.length;
  return { start, end: start + end, by: 'tags' };
}

function beforeFin(text: string): Range | null {
  const fin = FIN.exec(text);
  return fin && { start: 0, end: fin.index, by: 'fin' };
}

function ownWords(text: string): Range | null {
  const cut = findCut(text);
  return cut && { start: 0, end: cut.offset, by: cut.by };
}

function cutAt(text: string, { end, by }: Range): TextCut {
  const lineEnd = text.indexOf('\n', end);
  const lineStart = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1;
  const lineText = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const line = text.slice(0, lineStart).split('\n').length;
  return { by, line, lineText: SHOWN_LINE.exec(lineText)?.[0] ?? '' };
}
