// The address that a mail was sent to → which of the syntaxes it can be, with the code and the destinations in it.
// Looks at the letters only: whether an account, a code or a group exists is never said here (spec §3).
// The code stands in `code` and nowhere else; what is shown to anyone has `••••` in its place.
//
// A dot inside a number is decoration (`CODE.06.84.84.35.56@`), `%2B` and `%20` are what a `mailto:` link leaves of `+`
// and the space. Other percents and every tag (`sms+x@`) are refused: nobody knows what was meant.
//
// Where the session has proved who sends, a number or a group may stand alone: `NUMBER@`, `GROUP@` (a name without a dot:
// with one it could be a mistyped code, which no answer may show).

import { splitDestinations } from './destinations.js';
import { MASK, holdsCode, isCodeShaped, maskCodes } from './mask.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';

/** One reading of an address. `shown` is the whole address with the code masked. */
export type AddressForm =
  | { readonly syntax: 1; readonly shown: string }
  | { readonly syntax: 2; readonly code: string; readonly shown: string }
  | { readonly syntax: 3 | 4; readonly code: string; readonly destinations: string; readonly shown: string }
  /** An answer to a forwarded reply: the address is that mail's own, and its code is a signature. */
  | { readonly syntax: 'answer'; readonly replyId: number; readonly code: string; readonly shown: string }
  /** Without a code. */
  | { readonly syntax: null; readonly destinations: string; readonly shown: string };

/** RFC 5321 §4.5.3.1 allows 320 characters; quoting can double them. */
const MAX_ADDRESS = 640;
/** Made by `replyAddress`. */
const ANSWER = /^reply\.(\d{1,15})-([0-9a-f]{20})$/i;
const GROUP_NAME = /^[\p{L}\p{M}\p{N} '’&_.,;-]+$/u;

/**
 * The readings of a recipient address, in the order in which they are tried. Quoted local parts are understood, domains
 * are compared without case and without a trailing dot. Refuses with `relay-denied` or `recipient-malformed`.
 * `proven`: the session has proved who sends, and the forms without a code are understood too.
 */
export function parseRecipient(
  address: string,
  domains: readonly string[],
  proven = false,
): Result<AddressForm[], Rejection> {
  const at = address.lastIndexOf('@');
  const domain = at < 0 ? '' : address.slice(at + 1).replace(/\.$/, '');
  const served = domains.find((one) => one.toLowerCase() === domain.toLowerCase());
  if (at >= 0 && served === undefined) return err(rejection('relay-denied', { domain: showDomain(domain) }));
  const readable = served !== undefined && address.length <= MAX_ADDRESS;
  const forms = readable ? formsOf(readLocalPart(address.slice(0, at)), served, proven) : [];
  return forms.length > 0 ? ok(forms) : err(malformed(address, served ?? domains[0] ?? 'DOMAIN'));
}

/** Without its quotes; where they do not match they stay, and no form has any. */
function readLocalPart(local: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(local)?.[1];
  return (quoted?.replace(/\\(.)/g, '$1') ?? local).replace(/%2B/gi, '+').replace(/%20/g, ' ').trim();
}

/** What the answer to a forwarded reply is sent to. */
export function replyAddress(replyId: number, signature: string, domain: string): string {
  return `reply.${replyId}-${signature}@${domain}`;
}

/** What is signed in such an address. */
export function answerSigned(replyId: number): string {
  return `reply:${replyId}`;
}

function formsOf(local: string, domain: string, proven: boolean): AddressForm[] {
  const [, replyId, code] = ANSWER.exec(local) ?? [];
  if (replyId !== undefined && code !== undefined) {
    return [{ syntax: 'answer', replyId: Number(replyId), code, shown: `reply.${MASK}@${domain}` }];
  }
  const alone: AddressForm = { syntax: null, destinations: local, shown: `${local}@${domain}` };
  // First: `06.12.34.56.78` is a number, whatever else it could be.
  if (proven && areNumbers(local)) return [alone];
  const coded = codedForms(local, domain);
  return proven && coded.length === 0 && isGroupName(local) && !local.includes('.') ? [alone] : coded;
}

function codedForms(local: string, domain: string): AddressForm[] {
  if (local.toLowerCase() === 'sms') return [{ syntax: 1, shown: `sms@${domain}` }];
  if (/^sms\./i.test(local)) {
    const code = local.slice('sms.'.length);
    return isCodeShaped(code) ? [{ syntax: 2, code, shown: `sms.${MASK}@${domain}` }] : [];
  }
  return [readCodeFirst(local, domain), readCodeLast(local, domain)].filter((form) => form !== null);
}

/** Syntax 3, `CODE.NUMBER` or `CODE.GROUP`. Digits before the name of a group are a number: that is syntax 4. */
function readCodeFirst(local: string, domain: string): AddressForm | null {
  const dot = local.indexOf('.');
  const [code, destinations] = [local.slice(0, Math.max(dot, 0)), local.slice(dot + 1)];
  if (!isCodeShaped(code) || holdsCode(destinations, code)) return null;
  const fits = areNumbers(destinations) || (!/^\d+$/.test(code) && isGroupName(destinations));
  return fits ? { syntax: 3, code, destinations, shown: `${MASK}.${maskCodes(destinations, [code])}@${domain}` } : null;
}

/** Syntax 4, `NUMBER.CODE`. */
function readCodeLast(local: string, domain: string): AddressForm | null {
  const dot = local.lastIndexOf('.');
  const [destinations, code] = [local.slice(0, Math.max(dot, 0)), local.slice(dot + 1)];
  if (!isCodeShaped(code) || holdsCode(destinations, code) || !areNumbers(destinations)) return null;
  return { syntax: 4, code, destinations, shown: `${maskCodes(destinations, [code])}.${MASK}@${domain}` };
}

function areNumbers(text: string): boolean {
  const destinations = splitDestinations(text, []);
  return destinations.length > 0 && destinations.every(({ kind }) => kind === 'number');
}

function isGroupName(text: string): boolean {
  return GROUP_NAME.test(text) && /[\p{L}\p{N}]/u.test(text);
}

function malformed(address: string, domain: string): Rejection {
  return rejection('recipient-malformed', { address: `${maskLocalPart(address)}@${domain}`, domain });
}

/** Any piece may be the code, one that nobody recognised: only `sms` and numbers are shown. */
function maskLocalPart(address: string): string {
  const at = address.lastIndexOf('@');
  const pieces = address.slice(0, Math.min(at < 0 ? address.length : at, MAX_ADDRESS)).split('.');
  return pieces.map((piece) => (/^(?:sms|\+?\d{1,15}|)$/i.test(piece) ? piece : MASK)).join('.');
}

/** A domain goes into an SMTP reply. */
function showDomain(domain: string): string {
  return domain.slice(0, 255).replace(/[^a-z0-9.-]/gi, '?');
}
