// Sending codes out of sight: takes a text from a mail and gives it with each code as `••••`.
// A code may never stand in a log, the database, a refusal or an answer (spec §9), so whoever quotes a mail asks here.

export const MASK = '••••';

/** 6 to 64 letters and digits. Digits alone are no code that one may choose, but an address can be read that way. */
export function isCodeShaped(text: string): boolean {
  return /^[a-z0-9]{6,64}$/i.test(text);
}

/** Each of the codes, in any case and wherever it stands, as `••••`; the empty code is none. */
export function maskCodes(text: string, codes: readonly string[]): string {
  // The longest first: a shorter one may be its beginning.
  const longestFirst = [...new Set(codes)].filter((code) => code !== '').sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return text;
  if (!ODD.test(text) && longestFirst.every(isCodeShaped)) return maskPlainly(text, longestFirst);
  const anyCode = longestFirst.map(patternOf).join('|');
  return text.replace(new RegExp(anyCode, 'giu'), MASK);
}

/** Invisible characters, and the two letters beyond ASCII that are an `s` or a `k` in another case. */
const ODD = /[\p{Cf}\u017F\u212A]/u;

/** What the pattern would find, without making one for each mail. */
function maskPlainly(text: string, codes: readonly string[]): string {
  // ASCII only: other letters may change their length with their case.
  const lower = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const next = codes.map((code) => ({ code: code.toLowerCase(), at: -1 }));
  let masked = '';
  let from = 0;
  for (;;) {
    for (const one of next) if (one.at < from && one.at !== Infinity) one.at = found(lower, one.code, from);
    const first = next.reduce((best, one) => (one.at < best.at ? one : best), { code: '', at: Infinity });
    if (first.at === Infinity) return masked + text.slice(from);
    masked += text.slice(from, first.at) + MASK;
    from = first.at + first.code.length;
  }
}

function found(text: string, code: string, from: number): number {
  const at = text.indexOf(code, from);
  return at < 0 ? Infinity : at;
}

/** Invisible characters that a mail client put between the letters hide no code. */
function patternOf(code: string): string {
  const characters = Array.from(code, (character) => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'));
  return characters.join('\\p{Cf}*');
}

/** The code as a word of its own, where a number, a group or a date should stand: a later refusal would quote it. */
export function holdsCode(text: string, code: string): boolean {
  return text
    .toLowerCase()
    .split(/[\s,;.\p{Pd}]+/u)
    .includes(code.toLowerCase());
}

/** Every word that could be a code as `••••`, for a text in which nobody knows where the code stands. Numbers stay. */
export function maskWords(text: string): string {
  return text.replace(/[a-z0-9]{6,}/gi, (word) => (/^\d+$/.test(word) ? word : MASK));
}
