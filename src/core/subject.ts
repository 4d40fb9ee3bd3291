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
import { MASK, codesIn, isCodeShaped, maskCodes, maskWords } from './mask.js';
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
/** Over a thousand numbers; more is for a group. */
const MAX_SUBJECT = 20_000;
/** Of a subject that is refused, what is looked at to say how it should have been: that is done for each recipient. */
const MAX_QUOTED = 2_000;
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

/** A cleaned subject, taken apart once, however many recipients the mail has. */
export interface Subject {
  readonly text: string;
  readonly isTooLong: boolean;
  /** Without invisible characters. */
  readonly bare: Field;
  /** What stands between its colons, without what an answer begins with. */
  readonly fields: readonly Field[];
  readonly isAnswer: boolean;
  /** What is shown to whom it is refused, codes and all. */
  readonly quoted: string;
}

interface Field {
  readonly text: string;
  readonly holdsDate: boolean;
  readonly holdsCode: (code: string) => boolean;
}

const NO_FIELD: Field = { text: '', holdsDate: false, holdsCode: () => false };

export function readSubject(text: string): Subject {
  const start = text.slice(0, MAX_SUBJECT + 1);
  const bare = start.replace(/\p{Cf}/gu, '').trim();
  const fields = bare.replace(ANSWER_PREFIX, '').split(COLON, MOST_FIELDS);
  return {
    text,
    isTooLong: text.length > MAX_SUBJECT,
    bare: fieldOf(bare),
    fields: fields.map((field) => fieldOf(field.trim())),
    isAnswer: ANSWER_PREFIX.test(start),
    // Invisible characters could hide the end of a code behind what is looked at.
    quoted: text.length <= MAX_QUOTED ? text : bare.slice(0, MAX_QUOTED),
  };
}

function fieldOf(text: string): Field {
  return { text, holdsDate: DATE_WORD.test(text), holdsCode: codesIn(text) };
}

/** What a subject says under one reading of the address. `proven`: the session has proved who sends. */
export function readCandidate(form: AddressForm, subject: Subject, proven = false): Candidate {
  if (form.syntax === null) {
    return { syntax: null, code: null, form: ok(asked(form.destinations, dateOf(subject))) };
  }
  if (form.syntax === 'answer') {
    // The subject is that of the thread, and says nothing.
    const blank = { destinations: '', at: null, text: null };
    return { syntax: null, code: form.code, answers: form.replyId, form: ok(blank) };
  }
  if (form.syntax === 1) {
    return proven && !startsWithCode(subject)
      ? readNumbers(form.shown, subject)
      : readCodeInSubject(form.shown, subject);
  }
  const { syntax, code, shown } = form;
  if (syntax === 2) return { syntax, code, form: readOrder({ shown, code, subject, prefix: '' }) };
  if (syntax === 3) return { syntax, code, form: readDate(form, subject) };
  // An empty text is refused where every text is.
  return { syntax, code, form: ok({ destinations: form.destinations, at: null, text: subject.text }) };
}

/** A subject of syntax 1 or 2; `prefix` is what the right form begins with, before the numbers. */
interface SubjectLine {
  readonly shown: string;
  /** `''` where the session has proved who sends. */
  readonly code: string;
  readonly subject: Subject;
  readonly prefix: string;
}

/** Without a colon there is no code, so nothing can be proved, and any word of the subject may have been meant as one. */
function readCodeInSubject(shown: string, subject: Subject): Candidate {
  const [code = '', ...fields] = subject.fields.map(({ text }) => text);
  const prefix = `${MASK}:`;
  const open = (why: Rejection): Candidate => ({ syntax: 1, code: null, form: err(why) });
  if (code === '' || fields.length === 0) {
    const { quoted } = subject;
    const form = rightForm(prefix, quoted);
    return open((subject.isAnswer ? answered : malformed)(shown, maskWords(quoted), form));
  }
  // Copied from an outcome mail, or an answer to one.
  if (code.includes(MASK)) return open(rejection('code-masked', { mask: MASK }));
  return { syntax: 1, code, form: readOrder({ shown, code, subject, prefix }) };
}

/** `NUMBERS` or `NUMBERS:DATE`. */
function readNumbers(shown: string, subject: Subject): Candidate {
  return { syntax: 1, code: null, form: readOrder({ shown, code: '', subject, prefix: '' }) };
}

/** `CODE:…`, and not `GROUP:DATE`; digits alone are never a code. */
function startsWithCode({ fields }: Subject): boolean {
  const [first = '', second = '', third] = fields.map(({ text }) => text);
  const isDated = third === undefined && /^\d{12}s?$/i.test(second);
  return second !== '' && !isDated && isCodeShaped(first) && !/^\d+$/.test(first);
}

function dateOf({ bare: { text: at } }: Subject): string | null {
  return /^\d[\d ]*s?$/i.test(at) && at.replace(/\D/g, '').length >= LEAST_DATE_DIGITS ? at : null;
}

function readOrder(line: SubjectLine): Result<OrderForm, Rejection> {
  const { code, subject, prefix } = line;
  const [destinations = NO_FIELD, at, ...more] = prefix === '' ? subject.fields : subject.fields.slice(1);
  const refuse = (why: (masked: string, form: string) => Rejection): Result<never, Rejection> => {
    const { quoted } = subject;
    const masked = code === '' ? maskWords(quoted) : maskCodes(quoted, [code]);
    return err(why(masked, rightForm(prefix, masked)));
  };
  if (destinations.text === '' && more.length === 0)
    return refuse((_masked, form) => rejection('number-missing', { form }));
  if (subject.isAnswer) return refuse((masked, form) => answered(line.shown, masked, form));
  const wrong =
    // Never a part of the numbers: nobody would notice that the others are missing.
    subject.isTooLong ||
    more.length > 0 ||
    at?.text === '' ||
    // A date behind a space or a dash would let the rest leave at once.
    destinations.holdsDate ||
    (code !== '' && [destinations, at].some((field) => field?.holdsCode(code)));
  if (wrong) return refuse((masked, form) => malformed(line.shown, masked, form));
  return ok(asked(destinations.text, at?.text ?? null));
}

/** Syntax 3: the subject is empty or a date. Digits that are no date are told as such when the date is read. */
function readDate(form: Extract<AddressForm, { syntax: 3 | 4 }>, subject: Subject): Result<OrderForm, Rejection> {
  const { text: at, holdsCode } = subject.bare;
  const { destinations, shown, code } = form;
  if (/^(?:\d[\d ]*s?)?$/i.test(at) && !holdsCode(code)) {
    return ok(asked(destinations, at === '' ? null : at));
  }
  const masked = maskCodes(subject.quoted, [code]);
  const right = `(vide / empty) | ${DATE_WORD.exec(masked)?.[0] ?? 'HHmmddMMyyyy'}`;
  // No group can stand here that would be called as an answer begins.
  return err((ANSWER_BEGIN.test(subject.quoted) ? answered : malformed)(shown, masked, right));
}

/** An order; or, with an `s` behind the date, the wish to take one back. */
function asked(destinations: string, at: string | null): OrderForm {
  const cancelled = CANCELLED_DATE.exec(at ?? '')?.[1];
  return cancelled === undefined
    ? { destinations, at, text: null }
    : { destinations, at: cancelled, text: null, cancel: true };
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

/** As `malformed`, for what mail clients write before the subject that is answered or forwarded. */
function answered(address: string, subject: string, form: string): Rejection {
  return { ...malformed(address, subject, form), reason: 'subject-answer' };
}

/** `subject` and `form` with the code masked. */
function malformed(address: string, subject: string, form: string): Rejection {
  return rejection('subject-malformed', { subject: SHOWN_SUBJECT.exec(subject)?.[0] ?? '', address, form });
}
