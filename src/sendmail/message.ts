// The mail on standard input → the mail that is handed over: the From_ line of mailboxes and Bcc dropped, From, Date and
// Message-ID added where they are missing, lines ended by CRLF; and the recipients that its header names.
// Takes bytes, gives bytes; beyond the line ends a body is left as it is, whatever its characters. Never throws.
// Source: sendmail(8), RFC 5322 §2.2 and §3.6, RFC 5321 §4.5.2.

import { addressesIn, qualified } from './addresses.js';

/** One character for each byte, so that nothing is lost on the way. */
type Bytes = string;

interface Field {
  /** Lower case. */
  readonly name: string;
  /** With its continuation lines, without the last line end. */
  readonly text: Bytes;
}

export interface Mail {
  readonly fields: readonly Field[];
  readonly body: Bytes;
}

/** What is added to a header that lacks it. */
export interface Origin {
  /** For From; the null sender is nobody to write there. */
  readonly address: string;
  readonly fullName: string | null;
  /** For addresses in From without a domain, and the right side of the Message-ID. */
  readonly host: string;
  readonly date: Date;
  readonly uniqueId: string;
}

const FIELD = /^([!-9;-~]+)[ \t]*:/;
const HIDDEN = new Set(['bcc', 'resent-bcc']);

/** The mail up to a line that holds nothing but a dot, or all of it. */
export function endAtLoneDot(bytes: Bytes): Bytes {
  const dot = /(?:^|\n)\.\r?(?:\n|$)/.exec(bytes);
  return dot ? bytes.slice(0, dot.index + (dot[0].startsWith('\n') ? 1 : 0)) : bytes;
}

export function readMessage(bytes: Bytes): Mail {
  const fields: { name: string; text: Bytes }[] = [];
  let at = /^>?From (?![ \t]*:)[^\n]*(?:\n|$)/.exec(bytes)?.[0].length ?? 0;
  while (at < bytes.length) {
    const end = bytes.indexOf('\n', at);
    const next = end < 0 ? bytes.length : end + 1;
    const line = bytes.slice(at, end < 0 ? bytes.length : end).replace(/\r$/, '');
    const last = fields.at(-1);
    const name = FIELD.exec(line)?.[1];
    if (line === '') return { fields, body: bytes.slice(next) };
    if (/^[ \t]/.test(line) && last) last.text += `\r\n${line}`;
    else if (name !== undefined) fields.push({ name: name.toLowerCase(), text: line });
    // A line that is no field: the header was never ended, or there is none.
    else return { fields, body: bytes.slice(at) };
    at = next;
  }
  return { fields, body: '' };
}

/** For `-t`: of To, Cc and Bcc; a mail that is sent on has its recipients in Resent-To, Resent-Cc and Resent-Bcc. */
export function headerRecipients({ fields }: Mail): string[] {
  const named = (names: readonly string[]): Field[] => fields.filter(({ name }) => names.includes(name));
  const resent = named(['resent-to', 'resent-cc', 'resent-bcc']);
  const chosen = resent.length > 0 ? resent : named(['to', 'cc', 'bcc']);
  return chosen.flatMap(({ text }) => addressesIn(decoded(valueOf(text))));
}

/** Ready for the wire but for its dots. */
export function completed(mail: Mail, origin: Origin): Bytes {
  const kept = mail.fields.filter(({ name, text }) => !HIDDEN.has(name) && !isEmptyId(name, text));
  const has = (wanted: string): boolean => kept.some(({ name }) => name === wanted);
  const lines = [
    ...kept.map(({ name, text }) => (name === 'from' ? withDomain(text, origin.host) : text)),
    ...(has('from') ? [] : [encoded(fromField(origin))]),
    ...(has('date') ? [] : [`Date: ${rfc5322(origin.date)}`]),
    ...(has('message-id') ? [] : [`Message-ID: <${origin.uniqueId}@${origin.host}>`]),
  ];
  const body = mail.body.replace(/\r?\n/g, '\r\n');
  return `${lines.join('\r\n')}\r\n\r\n${body}${body === '' || body.endsWith('\r\n') ? '' : '\r\n'}`;
}

/** By its id the gateway knows a mail that it has had before; one without would be sent twice after a crash. */
function isEmptyId(name: string, text: Bytes): boolean {
  return name === 'message-id' && !/<[^<>\s]+>/.test(text);
}

/** `From: root (Cron Daemon)` gets the domain of this machine; a From that is not one bare word is left alone. */
function withDomain(text: Bytes, host: string): Bytes {
  const bare = /^(from[ \t]*:\s*)([^\s@<>(),;:"]+)(\s*(?:\(.*)?)$/is.exec(text);
  if (bare) return `${bare[1] ?? ''}${bare[2] ?? ''}@${host}${bare[3] ?? ''}`;
  return text.replace(/<([^\s@<>",;:]+)>(\s*)$/, (_all, local: string, end: string) => `<${local}@${host}>${end}`);
}

function fromField({ address, fullName, host }: Origin): string {
  const full = qualified(address, host);
  if (fullName === null || fullName.trim() === '') return `From: ${full}`;
  const name = fullName.replace(/\p{Cc}+/gu, ' ').trim();
  const shown = /^[ -~]*$/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : encodedWords(name);
  return `From: ${shown} <${full}>`;
}

/** RFC 2047: words of at most 75 characters, none with half a letter. */
function encodedWords(text: string): string {
  const pieces = text.match(/.{1,10}/gsu) ?? [];
  return pieces.map((piece) => `=?utf-8?B?${Buffer.from(piece).toString('base64')}?=`).join(' ');
}

/** `Mon, 23 Nov 2026 10:00:00 +0000` */
function rfc5322(date: Date): string {
  return date.toUTCString().replace(/GMT$/, '+0000');
}

function valueOf(text: Bytes): Bytes {
  return text.slice(text.indexOf(':') + 1).replace(/\r\n(?=[ \t])/g, '');
}

function decoded(bytes: Bytes): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function encoded(text: string): Bytes {
  return Buffer.from(text, 'utf8').toString('latin1');
}
