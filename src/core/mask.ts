// Sending codes out of sight: takes a text from a mail and gives it with each code as `••••`.
// A code may never stand in a log, the database, a refusal or an answer (spec §9), so whoever quotes a mail asks here.

export const MASK = '••••';

/** 6 to 64 letters and digits. Digits alone are no code that one may choose, but an address can be read that way. */
export function isCodeShaped(text: string): boolean {
  return /^[a-z0-9]{6,64}$/i.test(text);
}

/**
 * Each of the codes, in any case and wherever it stands, as `••••`; the empty code is none. Invisible characters that a
 * mail client put between its letters hide no code. Linear in the text for each code, whatever they hold.
 */
export function maskCodes(text: string, codes: readonly string[]): string {
  const wanted = [...new Set(codes)].filter((code) => code !== '');
  if (wanted.length === 0) return text;
  if (!ODD.test(text) && wanted.every(isCodeShaped)) {
    // ASCII only: other letters may change their length with their case.
    return maskIn(text, { letters: lowerAscii(text), at: (index) => index }, wanted.map(lowerAscii));
  }
  return maskIn(text, visibleOf(text), wanted.map(fold));
}

/** Invisible characters, and the two letters beyond ASCII that are an `s` or a `k` in another case. */
const ODD = /[\p{Cf}\u017F\u212A]/u;
const INVISIBLE = /\p{Cf}+/gu;

/** What is searched for codes: its letters in one case, and where in the text each of them stands. */
interface Searched {
  readonly letters: string;
  readonly at: (index: number) => number;
}

function visibleOf(text: string): Searched {
  const places = new Uint32Array(text.length);
  let [length, from] = [0, 0];
  const keep = (end: number): void => {
    for (; from < end; from += 1, length += 1) places[length] = from;
  };
  for (const { 0: invisible, index } of text.matchAll(INVISIBLE)) {
    keep(index);
    from = index + invisible.length;
  }
  keep(text.length);
  return { letters: fold(text), at: (index) => places[index] ?? text.length };
}

/** Codes in the case of what is searched. Where two begin at one place, the longer one stands there. */
function maskIn(text: string, { letters, at }: Searched, codes: readonly string[]): string {
  const longestFirst = [...new Set(codes)].filter((code) => code !== '').sort((a, b) => b.length - a.length);
  const next = longestFirst.map((code) => ({ code, at: -1 }));
  let masked = '';
  let [shown, from] = [0, 0];
  for (;;) {
    let first = { code: '', at: Infinity };
    for (const one of next) {
      if (one.at < from) one.at = found(letters, one.code, from);
      if (one.at < first.at) first = one;
    }
    if (first.at === Infinity) return masked + text.slice(shown);
    masked += text.slice(shown, at(first.at)) + MASK;
    from = first.at + first.code.length;
    shown = at(from - 1) + 1;
  }
}

function found(text: string, code: string, from: number): number {
  const at = text.indexOf(code, from);
  return at < 0 ? Infinity : at;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Without invisible characters, in one case, as long as before. */
function fold(text: string): string {
  const visible = text.replace(INVISIBLE, '');
  const folded = oneCase(visible);
  return folded.length === visible.length ? folded : visible.replace(/\P{ASCII}|[A-Z]/gu, foldCharacter);
}

function foldCharacter(character: string): string {
  const folded = oneCase(character);
  return folded.length === character.length ? folded : character;
}

/** In capitals first: so the long s is an s. The sigma that ends a word is one as well. */
function oneCase(text: string): string {
  return text.toUpperCase().toLowerCase().replace(/ς/g, 'σ');
}

/** The code as a word of its own, where a number, a group or a date should stand: a later refusal would quote it. */
export function holdsCode(text: string, code: string): boolean {
  return codesIn(text)(code);
}

/** The same for one text and many codes. */
export function codesIn(text: string): (code: string) => boolean {
  let words: ReadonlySet<string> | null = null;
  return (code) => {
    words ??= new Set(text.toLowerCase().split(/[\s,;.\p{Pd}]+/u));
    return words.has(code.toLowerCase());
  };
}

/** Every word that could be a code as `••••`, for a text in which nobody knows where the code stands. Numbers stay. */
export function maskWords(text: string): string {
  return text.replace(/[a-z0-9]{6,}/gi, (word) => (/^\d+$/.test(word) ? word : MASK));
}
