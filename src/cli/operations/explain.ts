// The whole decision about one mail, step by step, without sending: parse → recipients → sender → readings → decisions.
// By the functions that the daemon uses, with a dry run of story 1. What the sender is never told (which of address,
// code or account was wrong) is told here: whoever may run this may see it. Codes are masked all the same.

import { z } from 'zod';

import type { Told } from '../../control/protocol.js';
import { parseRecipient } from '../../core/address.js';
import { parseFrom } from '../../core/from.js';
import { readRecipient, requestsOf } from '../../core/inbound.js';
import { maskCodes, maskWords } from '../../core/mask.js';
import { rejectionText, type Rejection } from '../../core/rejection.js';
import { ok } from '../../core/result.js';
import type { Envelope, ParsedMail, SmsRequest } from '../../core/types.js';
import type { OperationContext } from './context.js';
import { claimant, explainDecisions, wholeRefusal } from './explain-decisions.js';
import type { EnvelopeView, ExplainView, MailView, ReadingView, RecipientView, SenderView } from './explain-view.js';
import { headerAddresses, type HeaderAddresses } from './mail-addresses.js';

const address = z.string().max(1000);

export const explainParams = z.strictObject({
  /** The mail, base64. */
  raw: z.base64(),
  /** Envelope recipients; without them: To and Cc of the mail, as far as their domains are served. */
  rcpt: z.array(address).max(1000).optional(),
  /** Envelope sender; without it: Return-Path, else From. */
  from: address.optional(),
});

type Params = z.output<typeof explainParams>;

/** A mail under explanation, and what is known of it so far. */
interface Case {
  readonly context: OperationContext;
  readonly raw: Uint8Array;
  readonly params: Params;
  readonly header: HeaderAddresses;
}

export async function explain(context: OperationContext, params: Params): Promise<Told<ExplainView>> {
  const raw = Buffer.from(params.raw, 'base64');
  const one: Case = { context, raw, params, header: headerAddresses(raw) };
  const parsed = await context.parser.parse([raw]);
  const mail = parsed.ok ? parsed.value : null;
  const { envelope, view } = envelopeOf(one, mail);
  const { recipients, served, codes } = readRecipients(context, envelope);
  const base = { envelope: view, recipients, zone: context.config.defaults.zone, sender: null, readings: [] };
  const refuse = (why: Rejection): Told<ExplainView> =>
    ok({ ...base, mail: mail && mailView(one, mail, codes), ...wholeRefusal(why) });
  if (!parsed.ok) return refuse(parsed.error);
  // At RCPT, before the mail is even sent.
  if (served.length === 0) return refuse(firstRefusal(context, envelope));
  const { mail: mailConfig } = context.config;
  const inbound = requestsOf({ ...envelope, rcptTo: served }, parsed.value, mailConfig);
  if (!inbound.ok) return refuse(inbound.error);
  const { requests, mail: facts } = inbound.value;
  codes.push(...requests.flatMap(({ candidates }) => candidates.flatMap(({ code }) => code ?? [])));
  // Without a key: a mail that was here before is explained as if it were new.
  const decided = await explainDecisions(context, requests, { ...facts, dedupeKey: null });
  return ok({
    ...base,
    ...decided,
    mail: mailView(one, parsed.value, codes),
    sender: await senderView(context, requests),
    readings: requests.flatMap((request) => readingsOf(request, codes)),
  });
}

function envelopeOf(
  { params, header, context }: Case,
  mail: ParsedMail | null,
): { envelope: Envelope; view: EnvelopeView } {
  const from = parseFrom(mail?.rawFrom ?? []);
  const mailFrom = params.from ?? header.returnPath ?? (from.ok ? from.value : 'unknown@invalid');
  const mailFromIs = params.from !== undefined ? 'given' : header.returnPath !== null ? 'Return-Path' : 'From';
  const ours = (one: string): boolean => {
    const form = parseRecipient(one, context.config.mail.domains);
    return form.ok || form.error.reason !== 'relay-denied';
  };
  const rcptTo = params.rcpt ?? header.to.filter(ours);
  const elsewhere = params.rcpt ? [] : header.to.filter((one) => !ours(one));
  const recipientsAre = params.rcpt ? 'given' : 'To and Cc';
  return {
    envelope: { mailFrom, rcptTo, remoteAddress: '127.0.0.1', authenticatedAs: null, channel: 'smtp' },
    view: { mailFrom, mailFromIs, recipientsAre, elsewhere },
  };
}

/** What the daemon says at RCPT, for each. */
function readRecipients(
  context: OperationContext,
  { rcptTo }: Envelope,
): { recipients: RecipientView[]; served: string[]; codes: string[] } {
  const codes: string[] = [];
  const served: string[] = [];
  const recipients = rcptTo.map((one): RecipientView => {
    const forms = readRecipient(one, context.config.mail, false);
    if (!forms.ok) return { address: maskWords(one), syntaxes: [], refusal: rejectionText(forms.error, 'en') };
    served.push(one);
    codes.push(...forms.value.flatMap((form) => ('code' in form ? [form.code] : [])));
    const [only, second] = forms.value;
    const shown = second === undefined && only !== undefined ? only.shown : maskCodes(one, codes);
    return {
      address: shown,
      syntaxes: forms.value.map(({ syntax }) => (syntax === 'answer' ? null : syntax)),
      refusal: null,
    };
  });
  return { recipients, served, codes };
}

function firstRefusal(context: OperationContext, { rcptTo }: Envelope): Rejection {
  const { domains } = context.config.mail;
  const first = readRecipient(rcptTo[0] ?? '', context.config.mail, false);
  // Without any recipient there is nothing to refuse; the missing one is said as an address of no form.
  return first.ok ? { reason: 'recipient-malformed', params: { address: '', domain: domains[0] ?? '' } } : first.error;
}

function mailView({ raw }: Case, mail: ParsedMail, codes: readonly string[]): MailView {
  const { body } = mail;
  // Syntax 1 has its code before the colon; a subject that could not be read may have it anywhere.
  const masked = maskCodes(mail.subject, codes);
  const subject = masked === mail.subject && codes.length === 0 ? maskWords(masked) : masked;
  return {
    bytes: raw.length,
    from: mail.rawFrom,
    subject,
    messageId: mail.messageId,
    body: body.kind === 'text' ? (body.fromHtml ? 'html' : 'text') : body.kind,
    bodyLines: body.kind === 'text' ? body.text.split('\n').length : 0,
    automatic: mail.autoSubmitted ?? mail.precedence ?? (mail.list ? 'list' : null),
  };
}

async function senderView(context: OperationContext, requests: readonly SmsRequest[]): Promise<SenderView | null> {
  const [request] = requests;
  if (!request) return null;
  const { claim } = request;
  const found = await claimant(context, requests);
  return {
    addresses: claim.by === 'code' ? claim.addresses : [claim.email],
    account: found?.account.email ?? null,
    share: found?.share?.domain ?? null,
    balanceMilli: found?.account.balanceMilli ?? null,
    closed: found?.account.closed ?? false,
  };
}

function readingsOf({ candidates }: SmsRequest, codes: readonly string[]): ReadingView[] {
  return candidates.map(({ syntax, form }) => {
    if (!form.ok) {
      const mistake = rejectionText(form.error, 'en');
      return { syntax, destinations: null, at: null, textFrom: null, mistake };
    }
    const { destinations, at, text } = form.value;
    return {
      syntax,
      destinations: maskCodes(destinations, codes),
      at,
      textFrom: text === null ? 'body' : 'subject',
      mistake: null,
    };
  });
}
