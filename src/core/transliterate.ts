// Spells a text in the GSM 7 bit alphabet: typographic characters in their plain forms, Latin letters without the
// diacritics that the alphabet lacks. Gives the new text and what was replaced.
// Never touches a text that fits already; never spells other scripts or emoji (`never` writes `?` for them).
// Source: the spellings of CLDR Latin-ASCII, the compatibility decompositions of Unicode (UAX 15).

import { graphemes } from './graphemes.js';
import { isGsm7 } from './gsm7.js';
import { segment } from './segment.js';
import type { Settings } from './settings.js';
import type { Replacement } from './types.js';

export interface Transliterated {
  readonly text: string;
  /** In order of first appearance. */
  readonly replaced: readonly Replacement[];
}

/**
 * Plain form → the characters that it stands for. Only those without a Unicode decomposition that says the same:
 * `ê`, `½`, `ﬁ`, `™`, `²`, no-break spaces and fullwidth forms need no row.
 */
const PLAIN_FORMS: readonly (readonly [plain: string, characters: string])[] = [
  // quotes, primes, apostrophes; the spacing accents that keyboards give for them
  ["'", '‘’‚‛‹›′‵ʹʻʼʽˈˊˋ`´ꞌ'],
  ['"', '“”„‟«»″‶〝〞〟ʺˮ˝¨❝❞'],
  // hyphens, dashes, the minus sign
  ['-', '‐‒–—―−⁃˗⸺⸻'],
  // bullets; the private ones are what Outlook makes of Symbol and Wingdings
  ['-', '•‣◦▪▫●○■□\uF0B7\uF0A7'],
  ['.', '·∙⋅・ꞏ'],
  [',', '¸'],
  ['^', 'ˆ'],
  ['~', '˜∼≈'],
  ['|', '¦∣'],
  ['/', '⁄∕÷'],
  ['*', '∗⁎'],
  ['x', '×✕'],
  ['+/-', '±'],
  ['<=', '≤⩽'],
  ['>=', '≥⩾'],
  ['!=', '≠'],
  ['->', '→➔'],
  ['<-', '←'],
  ['<->', '↔'],
  ['=>', '⇒'],
  ['?!', '‽'],
  ['o/oo', '‰'],
  ['(c)', '©'],
  ['(r)', '®'],
  ['(p)', '℗'],
  ['deg', '°'],
  ['c', '¢'],
  ['£', '₤'],
  ['u', 'µ'],
  ['e', '℮'],
  // white space; the separators of lines and paragraphs
  [' ', '\t\u1680'],
  ['\n', '\u2028\u2029'],
  // soft hyphen, zero-width characters, direction marks, variation selectors
  ['', '\u00AD\u034F\u061C\u180E\u200B\u200C\u200D\u200E\u200F\u2060\u2061\u2062\u2063\u2064\uFEFF'],
  ['', '\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFE0E\uFE0F'],
  // Latin letters that are letters of their own
  ['oe', 'œ'],
  ['OE', 'Œ'],
  ['th', 'þ'],
  ['TH', 'Þ'],
  ['SS', 'ẞ'],
  ['hv', 'ƕ'],
  ['HV', 'Ƕ'],
  ['b', 'ƀɓ'],
  ['B', 'ɃƁ'],
  ['c', 'ȼƈ'],
  ['C', 'ȻƇ'],
  ['d', 'đðɗɖ'],
  ['D', 'ĐÐƊƉ'],
  ['e', 'ɛəǝɇ'],
  ['E', 'ƐƏƎɆ'],
  ['f', 'ƒ'],
  ['F', 'Ƒ'],
  ['g', 'ǥɠ'],
  ['G', 'ǤƓ'],
  ['h', 'ħ'],
  ['H', 'Ħ'],
  ['i', 'ıɨɩ'],
  ['I', 'ƗƖ'],
  ['j', 'ȷɉ'],
  ['J', 'Ɉ'],
  ['k', 'ĸƙ'],
  ['K', 'Ƙ'],
  ['l', 'łƚɫ'],
  ['L', 'ŁȽⱢ'],
  ['n', 'ŋɲƞ'],
  ['N', 'ŊƝȠ'],
  ['o', 'ɔɵ'],
  ['O', 'ƆƟ'],
  ['p', 'ƥ'],
  ['P', 'Ƥ'],
  ['r', 'ɍɽ'],
  ['R', 'ɌⱤ'],
  ['t', 'ŧƭʈⱦ'],
  ['T', 'ŦƬƮȾ'],
  ['u', 'ʉ'],
  ['U', 'Ʉ'],
  ['v', 'ʋ'],
  ['V', 'Ʋ'],
  ['y', 'ƴɏ'],
  ['Y', 'ƳɎ'],
  ['z', 'ƶȥ'],
  ['Z', 'ƵȤ'],
];

const PLAIN_FORM: ReadonlyMap<string, string> = new Map(
  PLAIN_FORMS.flatMap(([plain, characters]) => Array.from(characters).map((character) => [character, plain] as const)),
);

/**
 * - `when-needed`: the plain text, if all of it then fits the alphabet in no more parts; else the text unchanged.
 * - `never`: the plain text, `?` for each grapheme without a plain form; always fits the alphabet.
 * - `prefer`: the text unchanged.
 *
 * The text is expected in NFC.
 */
export function transliterate(text: string, mode: Settings['unicode']): Transliterated {
  const unchanged = { text, replaced: [] };
  if (mode === 'prefer' || isGsm7(text)) return unchanged;
  const plain = spellOut(text, mode === 'never' ? '?' : null);
  if (plain === null) return unchanged;
  // Seventy ellipses fit one part as they are and take two as points: a replacement must never cost.
  const costs = mode === 'when-needed' && segment(plain.text).parts.length > segment(text).parts.length;
  return costs ? unchanged : plain;
}

/** Null where a grapheme has no plain form and there is no stand-in for it. */
function spellOut(text: string, standIn: string | null): Transliterated | null {
  let plain = '';
  let previous = '';
  const counts = new Map<string, Replacement>();
  for (const grapheme of graphemes(text)) {
    const form = plainForm(grapheme, previous) ?? standIn;
    if (form === null) return null;
    if (form !== grapheme) count(counts, grapheme, form);
    plain += form;
    previous = grapheme;
  }
  return { text: plain, replaced: [...counts.values()] };
}

function count(counts: Map<string, Replacement>, from: string, to: string): void {
  const key = `${from} ${to}`;
  counts.set(key, { from, to, count: (counts.get(key)?.count ?? 0) + 1 });
}

function plainForm(grapheme: string, previous: string): string | null {
  if (isGsm7(grapheme)) return grapheme;
  // `n°` is how French writes `numéro`; everywhere else the sign is a degree.
  if (grapheme === '°' && /^n$/i.test(previous)) return 'o';
  const form = spell(grapheme);
  // `1½` is not `11/2` and `10²` is not `102`.
  const runsTogether = form !== null && /^\p{No}/u.test(grapheme) && /\p{Nd}$/u.test(previous);
  if (!runsTogether) return form;
  return /^[²³¹⁰-⁹]/.test(grapheme) ? `^${form}` : ` ${form}`;
}

function spell(characters: string): string | null {
  let plain = '';
  let afterLatin = false;
  for (const character of characters) {
    if (afterLatin && /\p{Mn}/u.test(character)) continue;
    const form = spellCharacter(character);
    if (form === null) return null;
    plain += form;
    afterLatin = /\p{Script=Latin}/u.test(character);
  }
  return plain;
}

function spellCharacter(character: string): string | null {
  const form = isGsm7(character) ? character : PLAIN_FORM.get(character);
  if (form !== undefined) return form;
  const decomposed = character.normalize('NFKD');
  return decomposed === character ? null : spell(decomposed);
}
