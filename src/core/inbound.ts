// A parsed mail and its envelope → the requests that it makes, and what is needed to answer it. Refuses what must never
// become an SMS: automatic answers, list mail, loops, a From that is not one plain address.
// Looks nothing up and proves nothing: the claim and the codes are for the story to check. Source: spec §2, §3, §9;
// RFC 3834 (automatic answers), RFC 5321 §6.3 (loops).

import { parseRecipient } from './address.js';
import { parseFrom, plainAddress } from './from.js';
import { maskCodes } from './mask.js';
import { foldSpaces, normaliseText } from './normalise.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';
import { cleanSubject, readCandidate } from './subject.js';
import type { Candidate, Claim, Envelope, MailContext, ParsedMail, SmsRequest } from './types.js';

export interface InboundOptions {
  readonly domains: readonly string[];
  /** Dropped from the beginning of subjects, besides the usual ones. */
  readonly subjectTags: readonly string[];
  readonly maxReceived: number;
}

export interface InboundRequests {
  /** One for each different form of the recipient addresses, in their order. */
  readonly requests: SmsRequest[];
  readonly mail: InboundContext;
}

export interface InboundContext extends Omit<MailContext, 'dedupeKey'> {
  /**
   * What the key is the digest of, codes masked. Null for a mail without a Message-ID: nobody can tell its second
   * delivery from a second mail (a monitor writes the same text each night), so its key must equal no other.
   */
  readonly dedupeText: string | null;
}

/** The candidates of the recipients that make one order together. */
interface Ask {
  readonly candidates: readonly Candidate[];
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
  const candidates = readRecipients(envelope.rcptTo, cleanSubject(mail.subject, options.subjectTags), options.domains);
  if (!candidates.ok) return candidates;
  const claim: Claim = { by: 'code', addresses: claimed(from.value, envelope.mailFrom) };
  const requests = merged(candidates.value).map((one) => ({
    source: 'mail' as const,
    claim,
    candidates: one,
    body: mail.body,
  }));
  const codes = candidates.value.flat().flatMap(({ code }) => (code === null ? [] : [code]));
  return ok({ requests, mail: contextOf(envelope, mail, codes) });
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

/** The From address, then the envelope sender where it is another one. */
function claimed(from: string, mailFrom: string): readonly string[] {
  const sender = plainAddress(mailFrom);
  return sender === null || sender === from ? [from] : [from, sender];
}

function readRecipients(
  recipients: readonly string[],
  subject: string,
  domains: readonly string[],
): Result<readonly Candidate[][], Rejection> {
  const read: Candidate[][] = [];
  for (const recipient of recipients) {
    const forms = parseRecipient(recipient, domains);
    if (!forms.ok) return forms;
    read.push(forms.value.map((form) => readCandidate(form, subject)));
  }
  return ok(read);
}

/** Recipients that differ in the destinations only make one order: same syntax, same code without case, same mistake. */
function merged(recipients: readonly (readonly Candidate[])[]): (readonly Candidate[])[] {
  const asks = new Map<string, Ask>();
  for (const candidates of recipients) {
    const key = JSON.stringify(candidates.map(sameAsk));
    const ask = asks.get(key) ?? { candidates, destinations: candidates.map(() => new Set<string>()) };
    asks.set(key, ask);
    candidates.forEach(({ form }, at) => {
      if (form.ok) ask.destinations[at]?.add(form.value.destinations);
    });
  }
  return [...asks.values()].map(({ candidates, destinations }) =>
    candidates.map((candidate, at) => withDestinations(candidate, destinations[at] ?? new Set())),
  );
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
    automatic: autoSubmitted === 'auto-generated' || precedence === 'bulk',
  };
}

/** All that makes a mail this one and no other. */
function identityText(envelope: Envelope, mail: ParsedMail, messageId: string): string {
  const recipients = envelope.rcptTo.map((recipient) => recipient.toLowerCase()).sort();
  const content = mail.body.kind === 'text' ? mail.body.text : mail.body.kind;
  return JSON.stringify([messageId, envelope.mailFrom.toLowerCase(), recipients, mail.subject, content]);
}
