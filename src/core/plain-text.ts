// Lays out plain text for a mail: lines of 76 columns, tables with a hanging indent, quoted text.
// Takes text from anyone; what could reorder, overwrite or hide a line (control and bidi characters) becomes U+FFFD.
// Never cuts a character in two: breaks at spaces, and inside a word only between user-perceived characters (UAX 29).

import { graphemes } from './graphemes.js';

const MAIL_COLUMNS = 76;

/** Controls except the line feed, lone surrogates, line separators, and the marks that change the direction of a line. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;
const NARROW_ONLY = /^[\u0020-\u007E\u00A0-\u02FF\u2010-\u2027\u20AC]*$/;
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60])/u;
/** French sets a space before high punctuation and inside guillemets; no line may begin or end there. */
const BREAK = /(?<!«) (?![:;!?»](?: |$))/u;

/** Text from outside with its line breaks, safe to show. */
export function safeText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\t', '    ').replace(UNSAFE, '\uFFFD');
}

/** Text from outside on one line, shortened to `max` characters, safe to show. */
export function safeLine(text: string, max: number): string {
  const line = safeText(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  if (line.length <= max) return line;
  let kept = '';
  for (const segment of graphemes(line)) {
    if (kept.length + segment.length >= max) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function columns(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  let total = 0;
  for (const segment of graphemes(text)) total += WIDE.test(segment) ? 2 : 1;
  return total;
}

/** A word in pieces of at most `width` columns. */
function chop(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const segment of graphemes(word)) {
    if (piece !== '' && columns(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

/** One line of text as lines of at most `width` columns; runs of spaces inside a line are kept. */
export function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let current: string | null = null;
  for (const word of text.split(BREAK)) {
    const longer: string = current === null ? word : `${current} ${word}`;
    if (columns(longer) <= width) {
      current = longer;
      continue;
    }
    if (current !== null) lines.push(current);
    const pieces = chop(word, width);
    lines.push(...pieces.slice(0, -1));
    current = pieces.at(-1) ?? '';
  }
  return [...lines, current ?? ''].map((line) => line.trimEnd());
}

/** A paragraph; `first` stands before the first line, as many spaces before the others. */
export function paragraph(text: string, first = ''): string[] {
  const indent = columns(first);
  const margin = ' '.repeat(indent);
  return wrapLine(text, MAIL_COLUMNS - indent).map((line, at) => (at === 0 ? first : margin) + line);
}

/** A user's text, each line behind a bar so that it stands out. */
export function quoted(text: string): string[] {
  const bar = '  | ';
  return safeText(text)
    .split('\n')
    .flatMap((line) => wrapLine(line, MAIL_COLUMNS - bar.length))
    .map((line) => (bar + line).trimEnd());
}

/** Rows of label and value, the values one under the other. */
export function table(rows: readonly (readonly [label: string, value: string])[]): string[] {
  const width = Math.min(32, Math.max(0, ...rows.map(([label]) => columns(label))));
  return rows.flatMap(([label, value]) => {
    const gap = ' '.repeat(Math.max(0, width - columns(label)));
    return paragraph(value, `  ${label}${gap}  `);
  });
}
