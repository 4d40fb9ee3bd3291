// A parsed mail and its envelope → the requests that it makes, and what is needed to answer it. Refuses what must never
// become an SMS: automatic answers, list mail, loops, a From that is not one plain address.
// Looks nothing up and proves nothing: the claim and the codes are for the story to check. Source: spec §2, §3, §9;
// RFC 3834 (automatic answers), RFC 5321 §6.3 (loops).

import { parseRecipient, type AddressForm } from './address.js';
import { parseFrom, plainAddress } from './from.js';
import { maskCodes } from './mask.js';
import { foldSpaces, normaliseText } from './normalise.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';
import { cleanSubject, readCandidate, readSubject } from './subject.js';
import type { Candidate, Claim, Envelope, MailContext, ParsedMail, SmsRequest } from './types.js';

export interface InboundOptions {
  readonly domains: readonly string[];
  /** Dropped from the beginning of subjects, besides the usual ones. */
  readonly subjectTags: readonly string[];
  readonly maxReceived: number;
  /** What the outcome mails come from: who answers them is told what to do. */
  readonly from: string;
}

export interface InboundRequests {
  /** One for each different form of the recipient addresses, in their order. */
  readonly requests: SmsRequest[];
  /** For each request, the envelope recipients that it came from. */
  readonly recipients: readonly (readonly InboundRecipient[])[];
  readonly mail: InboundContext;
}

/** One envelope recipient and its readings, before it was put together with others. */
export interface InboundRecipient {
  readonly address: string;
  readonly candidates: readonly Candidate[];
}

interface InboundContext extends Omit<MailContext, 'dedupeKey'> {
  /**
   * What the key is the digest of, codes masked. Null for a mail without a Message-ID: nobody can tell its second
   * delivery from a second mail (a monitor writes the same text each night), so its key must equal no other.
   */
  readonly dedupeText: string | null;
}

/** The recipients that make one order together. */
interface Ask {
  readonly recipients: InboundRecipient[];
  /** For each candidate, the destinations of each recipient that was merged in. */
  readonly destinations: readonly Set<string>[];
}

/** Every recipient must be of a served domain and a known form, as the check at RCPT sees to. */
export function requestsOf(
  envelope: Envelope,
  mail: ParsedMail,
  options: InboundOptions,
): Result<InboundRequests, Rejection> {
  const refusal = neverAnSms(envelope, mail, options.maxReceived);
  if (refusal) return err(refusal);
  const from = parseFrom(mail.rawFrom);
  if (!from.ok) return from;
  const read = readRecipients(envelope, mail, options);
  if (!read.ok) return read;
  const claim = claimOf(envelope, from.value);
  const asks = merged(read.value);
  const requests = asks.map((ask) => ({ source: 'mail' as const, claim, candidates: together(ask), body: mail.body }));
  const codes = read.value.flatMap(({ candidates }) => candidates.flatMap(({ code }) => code ?? []));
  return ok({ requests, recipients: asks.map(({ recipients }) => recipients), mail: contextOf(envelope, mail, codes) });
}

function neverAnSms(envelope: Envelope, mail: ParsedMail, maxReceived: number): Rejection | null {
  const { autoSubmitted, precedence, receivedCount } = mail;
  const automatic = (what: string): Rejection => rejection('automatic-mail', { what });
  if (receivedCount > maxReceived) return rejection('mail-loop', { count: receivedCount, max: maxReceived });
  if (envelope.mailFrom === '') return automatic('MAIL FROM:<>');
  if (autoSubmitted !== null && autoSubmitted !== 'no' && autoSubmitted !== 'auto-generated') {
    // Only a registered word is quoted: the field is anyone's text.
    return automatic(`Auto-Submitted: ${/^[a-z-]{1,30}$/.exec(autoSubmitted)?.[0] ?? '?'}`);
  }
  if (mail.list) return automatic('List-…');
  return precedence === 'list' || precedence === 'junk' ? automatic(`Precedence: ${precedence}`) : null;
}

/** What the session has proved; else the From address, then the envelope sender where it is another one. */
function claimOf({ authenticatedAs, mailFrom }: Envelope, from: string): Claim {
  if (authenticatedAs !== null) return { by: 'session', email: authenticatedAs, from };
  const sender = plainAddress(mailFrom);
  return { by: 'code', addresses: sender === null || sender === from ? [from] : [from, sender] };
}

/** The readings of one recipient; an answer to an outcome mail has none, unless its address has one of the forms. */
export function readRecipient(
  address: string,
  { domains, from }: Pick<InboundOptions, 'domains' | 'from'>,
  proven: boolean,
): Result<AddressForm[], Rejection> {
  const answers = address.toLowerCase() === from.toLowerCase();
  const forms = parseRecipient(address, domains, proven && !answers);
  if (forms.ok || !answers || forms.error.reason !== 'recipient-malformed') return forms;
  return err(rejection('outcome-answered', { address: from, domain: from.slice(from.lastIndexOf('@') + 1) }));
}

function readRecipients(
  { rcptTo, authenticatedAs }: Envelope,
  mail: ParsedMail,
  options: InboundOptions,
): Result<readonly InboundRecipient[], Rejection> {
  const proven = authenticatedAs !== null;
  const subject = cleanSubject(mail.subject, options.subjectTags);
  const taken = readSubject(subject);
  const read: InboundRecipient[] = [];
  for (const address of rcptTo) {
    const forms = readRecipient(address, options, proven);
    if (!forms.ok) return forms;
    const candidates = forms.value.map((form) => readCandidate(form, taken, proven));
    read.push({ address, candidates: candidates.map((one) => withSubjectAsText(one, mail, subject)) });
  }
  return ok(read);
}

/** `NUMBER@` with nothing but a subject: that is the text, as with `NUMBER.CODE@`. */
function withSubjectAsText(candidate: Candidate, { body }: ParsedMail, subject: string): Candidate {
  const { syntax, form } = candidate;
  const blank = body.kind === 'none' || (body.kind === 'text' && body.text.trim() === '');
  if (syntax !== null || !form.ok || form.value.at !== null || !blank || subject === '') return candidate;
  return { ...candidate, form: ok({ ...form.value, text: subject }) };
}

/** Recipients that differ in the destinations only make one order: same syntax, same code without case, same mistake. */
function merged(recipients: readonly InboundRecipient[]): Ask[] {
  const asks = new Map<string, Ask>();
  for (const recipient of recipients) {
    const { candidates } = recipient;
    const key = JSON.stringify(candidates.map(sameAsk));
    const ask = asks.get(key) ?? { recipients: [], destinations: candidates.map(() => new Set<string>()) };
    asks.set(key, ask);
    ask.recipients.push(recipient);
    candidates.forEach(({ form }, at) => {
      if (form.ok) ask.destinations[at]?.add(form.value.destinations);
    });
  }
  return [...asks.values()];
}

function together({ recipients: [first], destinations }: Ask): Candidate[] {
  const candidates = first?.candidates ?? [];
  return candidates.map((candidate, at) => withDestinations(candidate, destinations[at] ?? new Set()));
}

/** What two candidates must have in common; the subject, and so date and text, is that of the mail anyway. */
function sameAsk({ syntax, code, form }: Candidate): readonly unknown[] {
  return [syntax, code?.toLowerCase(), form.ok ? null : form.error.reason];
}

function withDestinations(candidate: Candidate, destinations: ReadonlySet<string>): Candidate {
  const { form } = candidate;
  return form.ok ? { ...candidate, form: ok({ ...form.value, destinations: [...destinations].join(',') }) } : candidate;
}

function contextOf(envelope: Envelope, mail: ParsedMail, codes: readonly string[]): InboundContext {
  const { messageId, references, autoSubmitted, precedence } = mail;
  return {
    dedupeText: messageId === null ? null : maskCodes(identityText(envelope, mail, messageId), codes),
    subject: maskCodes(foldSpaces(normaliseText(mail.subject)), codes),
    messageId,
    references,
    silent: autoSubmitted === 'auto-generated' || precedence === 'bulk',
    refusalByReply: envelope.channel === 'lmtp',
  };
}

/** All that makes a mail this one and no other. */
function identityText(envelope: Envelope, mail: ParsedMail, messageId: string): string {
  const recipients = envelope.rcptTo.map((recipient) => recipient.toLowerCase()).sort();
  const content = mail.body.kind === 'text' ? mail.body.text : mail.body.kind;
  return JSON.stringify([messageId, envelope.mailFrom.toLowerCase(), recipients, mail.subject, content]);
}
