// A normalised mail text → the place where the sender's own words end: at a signature, an earlier mail, a phone's line.
// Knows the marks of Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Orange, Free and Proton, in French and English.
// Looks at lines and at their beginnings, never at the whole text with one pattern: linear, whatever the text is.
// Source: spec §4 point 5; RFC 3676 §4.3 (signature), mails of those clients.

import type { TextCut } from './types.js';

export interface Cut {
  readonly by: TextCut['by'];
  /** Of the first character that is not the sender's. */
  readonly offset: number;
}

/** Eight parts hold 1,224 characters: a text that goes on for so long is refused wherever it ends. */
const SCANNED_LENGTH = 50_000;
/** No client writes a longer line of its own. */
const MARK_LENGTH = 300;
/** `Le … a écrit :` is wrapped where names and addresses are long. */
const REPLY_HEADER_LINES = 3;
const HEADER_BLOCK_LINES = 10;

type Lines = readonly string[];

const SIGNATURE = '-- ';

const FORWARDED = [
  "(?:original message|message d['’ ]\\s?origine|(?:message|mail|courriel) (?:original|initial))",
  '(?:forwarded (?:message|mail)|(?:message|mail|courriel) (?:transféré|réexpédié|transmis)|original appointment)',
].join('|');
const SEPARATOR = new RegExp(`^[\\s*>_]*-{2,} ?(?:${FORWARDED}) ?-{2,}[\\s*]*$`, 'iu');
const FORWARD_OPENING =
  /^\s*(?:begin forwarded message|début du (?:message|courriel) (?:transféré|réexpédié)) ?:\s*$/iu;

const REPLY_OPENING = /^\s*(?:on|le)\s/i;
const REPLY_CLOSING = /\s(?:wrote|a\s[ée\uFFFD]crit) ?:\s*$/iu;
/** A date, a time or an address: without one, `Le chef a écrit :` is what somebody says. */
const EVIDENCE = /\d{4}|\d{1,2} ?[:h] ?\d{2}|\d{1,2}[/.-]\d{1,2}|@/;
const ANGLED_ADDRESS = /<[^<>@]+@[^<>@]+>/;
/** Before quoted lines other languages are understood, too: there can be no mistake. */
const ATTRIBUTION =
  /(?:@.*|\s(?:wrote|[ée\uFFFD]crit|schrieb(?: .*)?|scritto|escribió|escreveu|schreef(?: .*)?|skrev(?: .*)?)) ?:\s*$/iu;

const RULE = /^\s*(?:_{10,}|-{10,})\s*$/;
const HEADER_LINE =
  /^[\s*_]*(?:(?<from>from|de)|(?<subject>subject|objet|sujet)|sent|date|envoyé(?: le)?|to|à|a|cc) ?:[\s*_]*\S/iu;

const MOBILE_MARK = new RegExp(
  '^[\\s*_<"-]{0,6}(?:' +
    [
      'sent from (?:my|mail for|outlook|yahoo|aol|samsung|proton)',
      'sent with proton',
      'get outlook for',
      'envoy[ée] (?:de mon|de ma|depuis|[àa] partir (?:de|d)|avec (?:mon|ma|proton|la messagerie))',
      '(?:t[ée]l[ée]charge[rz]|obtene[rz]|obtenir) outlook pour',
      'provenance ?: courrier pour windows',
    ].join('|') +
    ')(?![\\p{L}\\p{N}])',
  'iu',
);
/** A longer line that begins so is a sentence. */
const MOBILE_LENGTH = 100;

/** The first cut of a text, or null. A run of `>` lines counts where nothing but it stands before the end or that cut. */
export function findCut(text: string): Cut | null {
  const mark = firstMark(text.slice(0, SCANNED_LENGTH).split('\n'));
  return trailingQuote(text, mark?.offset ?? text.length) ?? mark;
}

function firstMark(lines: Lines): Cut | null {
  let offset = 0;
  for (const [at, line] of lines.entries()) {
    const by = line.trim() === '' || line.length > MARK_LENGTH ? null : markAt(lines, at);
    if (by) return { by, offset };
    offset += line.length + 1;
  }
  return null;
}

function markAt(lines: Lines, at: number): TextCut['by'] | null {
  const line = lines[at] ?? '';
  if (line === SIGNATURE) return 'signature';
  if (SEPARATOR.test(line) || FORWARD_OPENING.test(line)) return 'quote';
  if (isReplyHeader(lines, at) || isHeaderBlock(lines, at)) return 'quote';
  return line.length <= MOBILE_LENGTH && MOBILE_MARK.test(line) ? 'mobile' : null;
}

/** `Le … a écrit :` or `On … wrote:`, on one line or wrapped; `Paul <p@x.fr> a écrit :` on one. */
function isReplyHeader(lines: Lines, at: number): boolean {
  const line = lines[at] ?? '';
  if (REPLY_CLOSING.test(line) && ANGLED_ADDRESS.test(line)) return true;
  if (!REPLY_OPENING.test(line) || !EVIDENCE.test(line)) return false;
  let header = line;
  for (let next = at + 1; !REPLY_CLOSING.test(header); next += 1) {
    const more = lines[next]?.trim() ?? '';
    const ended = more === '' || more.length > MARK_LENGTH || next - at >= REPLY_HEADER_LINES;
    if (ended || REPLY_OPENING.test(more)) return false;
    header = `${header.trimEnd()} ${more}`;
  }
  return true;
}

/** Lines such as `De :`, `Envoyé :`, `À :`, `Objet :` together, in any order, with or without a rule above. */
function isHeaderBlock(lines: Lines, at: number): boolean {
  if (RULE.test(lines[at] ?? '')) {
    const below = lines.slice(at + 1, at + 3).findIndex((line) => line.trim() !== '');
    return below >= 0 && isHeaderBlock(lines.slice(at + 1 + below, at + 1 + below + HEADER_BLOCK_LINES), 0);
  }
  if (!HEADER_LINE.test(lines[at] ?? '')) return false;
  let [from, subject, other] = [false, false, false];
  for (const line of lines.slice(at, at + HEADER_BLOCK_LINES)) {
    if (line.trim() === '') break;
    const groups = line.length > MARK_LENGTH ? undefined : HEADER_LINE.exec(line)?.groups;
    from ||= groups?.['from'] !== undefined;
    subject ||= groups?.['subject'] !== undefined;
    other ||= groups !== undefined && groups['from'] === undefined && groups['subject'] === undefined;
  }
  return from && subject && other;
}

/** The `>` lines that end the text before `end`, with the line that introduces them. */
function trailingQuote(text: string, end: number): Cut | null {
  let offset: number | null = null;
  for (let lineEnd = end; lineEnd >= 0;) {
    const start = lineEnd === 0 ? 0 : text.lastIndexOf('\n', lineEnd - 1) + 1;
    const line = text.slice(start, lineEnd).trim();
    const introduces = offset !== null && line.length <= MARK_LENGTH && ATTRIBUTION.test(line);
    if (line.startsWith('>') || introduces) offset = start;
    if (line !== '' && !line.startsWith('>')) break;
    lineEnd = start - 1;
  }
  return offset === null ? null : { by: 'quote', offset };
}
