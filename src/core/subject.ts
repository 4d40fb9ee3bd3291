// The decoded subject and one reading of the address → a candidate: the code, and what is asked for or the mistake.
// A mistake is told only after the code was right (where there is one), with the right form for that very mail; the code
// is in no parameter of a refusal. Nothing is looked up, no date and no number is checked. Source: spec §3.
//
// `Re:`, `Fwd:` and the like are a mistake in syntax 1 to 3, not decoration: who answers or forwards the mail of an SMS
// does not mean to send it again. In syntax 4 they are text.
//
// Where the session has proved who sends, syntax 1 works without a code, and a code that is there all the same is dropped
// unread: an old one in somebody's address book does no harm. With `NUMBER@` a subject of at least 8 digits is a date,
// right or wrong; every other subject is nothing, because mail clients insist on one.

import type { AddressForm } from './address.js';
import { splitDestinations } from './destinations.js';
import { MASK, holdsCode, isCodeShaped, maskCodes, maskWords } from './mask.js';
import { foldSpaces, normaliseText } from './normalise.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';
import type { Candidate, OrderForm } from './types.js';

/** What mail systems put before subjects, besides the configured tags. */
const TAGS = ['[EXT]', '[EXTERNAL]', '***SPAM***'];
const PLACEHOLDERS: ReadonlySet<string> = new Set(['(no subject)', 'no subject', '(sans objet)', 'sans objet']);

/** The colon and what keyboards, fonts and phones put in its place. */
const COLON = /[:\u02D0\u02F8\u2236\uA789\uFE13\uFE55\uFF1A]/u;
const ANSWER_BEGIN = /^(?:(?:re|ré|rép|tr|fw|fwd|aw|wg|rv)(?:\[\d{1,3}\])? ?: ?)+/iu;
/** Not before a date alone: then it is a group of that name. */
const ANSWER_PREFIX = new RegExp(`${ANSWER_BEGIN.source}(?!\\d{12}s?$)`, 'iu');
const DATE = '(?:[01]\\d|2[0-3])[0-5]\\d(?:0[1-9]|[12]\\d|3[01])(?:0[1-9]|1[0-2])20\\d\\d';
/** With the `s` that takes back what was to leave then. */
const DATE_WORD = new RegExp(`(?<![\\w+])${DATE}s?(?!\\w)`, 'i');
const CANCELLED_DATE = /^(\d{12}) ?s$/i;
const NUMBER_WORDS = /(?<![\w+])(?:\+|00)?\d[\d .()]{6,18}\d(?!\w)/g;
const SAMPLE_NUMBER = '0612345678';
const SHOWN_NUMBERS = 3;
/** Over a thousand numbers; more is for a group. The subject is read once for each recipient of a mail. */
const MAX_SUBJECT = 20_000;
/** Code, numbers, date, and one that is too many. */
const MOST_FIELDS = 4;
/** Fewer are a year, or the number of a ticket. */
const LEAST_DATE_DIGITS = 8;
const SHOWN_SUBJECT = /^.{0,100}/su;

/** On one line, without the tags that mail systems prepend (compared without case); `''` for `(no subject)` and the like. */
export function cleanSubject(decoded: string, tags: readonly string[]): string {
  const known = [...TAGS, ...tags].map((tag) => foldSpaces(tag).toLowerCase()).filter((tag) => tag !== '');
  let subject = foldSpaces(normaliseText(decoded));
  for (;;) {
    const tag = known.find((one) => subject.slice(0, one.length).toLowerCase() === one);
    if (tag === undefined) break;
    subject = subject.slice(tag.length).trimStart();
  }
  return PLACEHOLDERS.has(subject.toLowerCase()) ? '' : subject;
}

/** What a cleaned subject says under one reading of the address. `proven`: the session has proved who sends. */
export function readCandidate(form: AddressForm, subject: string, proven = false): Candidate {
  const start = subject.slice(0, MAX_SUBJECT + 1);
  if (form.syntax === null) {
    return { syntax: null, code: null, form: ok(asked(form.destinations, dateOf(start))) };
  }
  if (form.syntax === 'answer') {
    // The subject is that of the thread, and says nothing.
    const blank = { destinations: '', at: null, text: null };
    return { syntax: null, code: form.code, answers: form.replyId, form: ok(blank) };
  }
  if (form.syntax === 1) {
    return proven && !startsWithCode(start) ? readNumbers(form.shown, start) : readCodeInSubject(form.shown, start);
  }
  const { syntax, code, shown } = form;
  if (syntax === 2) return { syntax, code, form: readOrder({ shown, code, subject: start, prefix: '' }) };
  if (syntax === 3) return { syntax, code, form: readDate(form, start) };
  // An empty text is refused where every text is.
  return { syntax, code, form: ok({ destinations: form.destinations, at: null, text: subject }) };
}

/** A subject of syntax 1 or 2; `prefix` is what the right form begins with, before the numbers. */
interface SubjectLine {
  readonly shown: string;
  /** `''` where the session has proved who sends. */
  readonly code: string;
  readonly subject: string;
  readonly prefix: string;
}

/** Without a colon there is no code, so nothing can be proved, and any word of the subject may have been meant as one. */
function readCodeInSubject(shown: string, subject: string): Candidate {
  const [code = '', ...fields] = fieldsOf(subject);
  const prefix = `${MASK}:`;
  const open = (why: Rejection): Candidate => ({ syntax: 1, code: null, form: err(why) });
  if (code === '' || fields.length === 0) {
    const form = rightForm(prefix, subject);
    return open((isAnswer(subject) ? answered : malformed)(shown, maskWords(subject), form));
  }
  // Copied from an outcome mail, or an answer to one.
  if (code.includes(MASK)) return open(rejection('code-masked', { mask: MASK }));
  return { syntax: 1, code, form: readOrder({ shown, code, subject, prefix }) };
}

/** `NUMBERS` or `NUMBERS:DATE`. */
function readNumbers(shown: string, subject: string): Candidate {
  return { syntax: 1, code: null, form: readOrder({ shown, code: '', subject, prefix: '' }) };
}

/** `CODE:…`, and not `GROUP:DATE`; digits alone are never a code. */
function startsWithCode(subject: string): boolean {
  const [first = '', second = '', third] = fieldsOf(subject);
  const isDated = third === undefined && /^\d{12}s?$/i.test(second);
  return second !== '' && !isDated && isCodeShaped(first) && !/^\d+$/.test(first);
}

function dateOf(subject: string): string | null {
  const at = withoutInvisible(subject);
  return /^\d[\d ]*s?$/i.test(at) && at.replace(/\D/g, '').length >= LEAST_DATE_DIGITS ? at : null;
}

function readOrder(line: SubjectLine): Result<OrderForm, Rejection> {
  const { code, subject, prefix } = line;
  const fields = fieldsOf(subject);
  const [destinations = '', at = null, ...more] = prefix === '' ? fields : fields.slice(1);
  const refuse = (why: (masked: string, form: string) => Rejection): Result<never, Rejection> => {
    const masked = code === '' ? maskWords(subject) : maskCodes(subject, [code]);
    return err(why(masked, rightForm(prefix, masked)));
  };
  if (destinations === '' && more.length === 0) return refuse((_masked, form) => rejection('number-missing', { form }));
  if (isAnswer(subject)) return refuse((masked, form) => answered(line.shown, masked, form));
  const wrong =
    // Never a part of the numbers: nobody would notice that the others are missing.
    subject.length > MAX_SUBJECT ||
    more.length > 0 ||
    at === '' ||
    // A date behind a space or a dash would let the rest leave at once.
    DATE_WORD.test(destinations) ||
    (code !== '' && [destinations, at ?? ''].some((field) => holdsCode(field, code)));
  if (wrong) return refuse((masked, form) => malformed(line.shown, masked, form));
  return ok(asked(destinations, at));
}

/** Syntax 3: the subject is empty or a date. Digits that are no date are told as such when the date is read. */
function readDate(form: Extract<AddressForm, { syntax: 3 | 4 }>, subject: string): Result<OrderForm, Rejection> {
  const at = withoutInvisible(subject);
  const { destinations, shown, code } = form;
  if (/^(?:\d[\d ]*s?)?$/i.test(at) && !holdsCode(at, code)) {
    return ok(asked(destinations, at === '' ? null : at));
  }
  const masked = maskCodes(subject, [code]);
  const right = `(vide / empty) | ${DATE_WORD.exec(masked)?.[0] ?? 'HHmmddMMyyyy'}`;
  // No group can stand here that would be called as an answer begins.
  return err((ANSWER_BEGIN.test(subject) ? answered : malformed)(shown, masked, right));
}

/** An order; or, with an `s` behind the date, the wish to take one back. */
function asked(destinations: string, at: string | null): OrderForm {
  const cancelled = CANCELLED_DATE.exec(at ?? '')?.[1];
  return cancelled === undefined
    ? { destinations, at, text: null }
    : { destinations, at: cancelled, text: null, cancel: true };
}

function fieldsOf(subject: string): string[] {
  return withoutInvisible(subject)
    .replace(ANSWER_PREFIX, '')
    .split(COLON, MOST_FIELDS)
    .map((field) => field.trim());
}

function withoutInvisible(subject: string): string {
  return subject.replace(/\p{Cf}/gu, '').trim();
}

/** The form that a subject should have had, with the numbers and the date that are found in it. */
function rightForm(prefix: string, subject: string): string {
  const date = DATE_WORD.exec(subject)?.[0];
  const written = subject.replace(DATE_WORD, ' : ').match(NUMBER_WORDS) ?? [];
  const numbers = splitDestinations(written.slice(0, SHOWN_NUMBERS).join(','), [])
    .flatMap((destination) => (destination.kind === 'number' ? [destination.text] : []))
    .join('-');
  return `${prefix}${numbers === '' ? SAMPLE_NUMBER : numbers}${date === undefined ? '' : `:${date}`}`;
}

function isAnswer(subject: string): boolean {
  return ANSWER_PREFIX.test(subject);
}

/** As `malformed`, for what mail clients write before the subject that is answered or forwarded. */
function answered(address: string, subject: string, form: string): Rejection {
  return { ...malformed(address, subject, form), reason: 'subject-answer' };
}

/** `subject` and `form` with the code masked. */
function malformed(address: string, subject: string, form: string): Rejection {
  return rejection('subject-malformed', { subject: SHOWN_SUBJECT.exec(subject)?.[0] ?? '', address, form });
}
