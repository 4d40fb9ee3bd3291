import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isGsm7 } from '../../src/core/gsm7.js';
import { segment } from '../../src/core/segment.js';
import type { Settings } from '../../src/core/settings.js';
import { transliterate } from '../../src/core/transliterate.js';

interface Case {
  readonly text: string;
  readonly unicode: Settings['unicode'];
  readonly result: string;
  readonly encoding: string;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/cases/characters.json', import.meta.url), 'utf8'),
) as { cases: readonly Case[] };

test('there are cases', () => {
  expect(cases.length).toBeGreaterThan(15);
});

test.each(cases)('case: $text, $unicode', ({ text, unicode, result, encoding }) => {
  const { text: plain } = transliterate(text, unicode);
  expect(plain).toBe(result);
  expect(segment(plain).encoding).toBe(encoding);
});

describe('plain forms', () => {
  test.each([
    ['quotes', '‘a’ ‚b‛ “c” „d‟ ‹e› «f» ′ ″ ` ´ ¨', "'a' 'b' \"c\" \"d\" 'e' \"f\" ' \" ' ' \""],
    ['dashes', '‐‑‒–—―−⁃', '--------'],
    ['bullets and dots', '• a ‣ b · étudiant·e…', '- a - b . étudiant.e...'],
    ['spaces', 'a\u00a0b\u202fc\u2009d\u2007e\u3000f\tg', 'a b c d e f g'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\nb\nc'],
    ['invisible characters', 'a\u00adb\u200bc\ufeffd\u200ee\u2060', 'abcde'],
    ['French', 'ÂÊÎÔÛ ÀÈÙ Ëïÿ âêîôûëïç œŒ ÿŸ', 'AEIOU AEU Eiy aeioueic oeOE yY'],
    ['French that the alphabet has', 'é è à ù É Ç — ', 'é è à ù É Ç - '],
    ['Polish', 'Zażółć gęślą jaźń ŁÓDŹ', 'Zazolc gesla jazn LODZ'],
    ['Czech', 'Příliš žluťoučký kůň', 'Prilis zlutoucky kun'],
    ['Turkish', 'İıŞşĞğ', 'IiSsGg'],
    ['Nordic and Icelandic', 'åÅøØæÆðÐþÞ', 'åÅøØæÆdDthTH'],
    ['Croatian', 'đĐ ǆ ǉ', 'dD dz lj'],
    ['Vietnamese', 'Tiếng Việt', 'Tieng Viet'],
    ['Catalan', 'paraŀlel', 'paral.lel'],
    ['German', 'STRAẞE', 'STRASSE'],
    ['ligatures', 'ﬁn ﬂot ﬀ ĳ', 'fin flot ff ij'],
    ['signs', '™ © ® № ‰ ± × ÷ ≤ ≥ ≠ → ‽', 'TM (c) (r) No o/oo +/- x / <= >= != -> ?!'],
    ['fractions', '½ tasse, 1½ tasse', '1/2 tasse, 1 1/2 tasse'],
    ['powers', '20 m² 10² 10²³ 3⁻¹', '20 m2 10^2 10^23 3-1'],
    ['indices', 'H₂O', 'H2O'],
    ['ordinals', '1ᵉʳ XIXᵉ Mᵐᵉ 1º 2ª', '1er XIXe Mme 1o 2a'],
    ['degrees', 'n°5 N°6 25°C 25℃', 'no5 No6 25degC 25degC'],
    ['fullwidth', 'Ｓｏｌｄｅｓ！ １２', 'Soldes! 12'],
    ['mathematical letters', '𝐁𝐨𝐧𝐣𝐨𝐮𝐫', 'Bonjour'],
    ['Roman numerals', 'Louis Ⅻ', 'Louis XII'],
    ['signs with a text presentation', '©\ufe0e™\ufe0f', '(c)TM'],
    ['a mark too many on a letter', 'é\u0301', 'é'],
  ])('%s', (_what, text, plain) => {
    expect(transliterate(text.normalize('NFC'), 'when-needed').text).toBe(plain);
    expect(transliterate(text.normalize('NFC'), 'never').text).toBe(plain);
  });

  test.each(['Ώ', 'я', '日', '❤', '1️⃣', '🇫🇷', '¯', 'ﷺ', '\ud83c', '\ufffd'])('%j has none', (text) => {
    expect(transliterate(`ç ${text}`, 'when-needed')).toEqual({ text: `ç ${text}`, replaced: [] });
    expect(transliterate(`ç ${text}`, 'never').text).toBe('c ?');
  });

  test('every character of the basic Latin scripts has one, and it is in the alphabet', () => {
    const without: string[] = [];
    for (let code = 0xa0; code < 0x180; code++) {
      const plain = transliterate(String.fromCharCode(code), 'when-needed').text;
      if (!isGsm7(plain)) without.push(String.fromCharCode(code));
    }
    expect(without).toEqual(['¬', '¯', '¶']);
  });
});

describe('what was replaced', () => {
  test('in order of first appearance, counted', () => {
    expect(transliterate('Ça a été prêt… C’est l’œuvre', 'when-needed').replaced).toEqual([
      { from: 'ê', to: 'e', count: 1 },
      { from: '…', to: '...', count: 1 },
      { from: '’', to: "'", count: 2 },
      { from: 'œ', to: 'oe', count: 1 },
    ]);
  });

  test('by what it became', () => {
    expect(transliterate('n°1 à 5° et n°2', 'never').replaced).toEqual([
      { from: '°', to: 'o', count: 2 },
      { from: '°', to: 'deg', count: 1 },
    ]);
  });

  test('a grapheme is one, with all its code points', () => {
    expect(transliterate('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 'never').replaced).toEqual([{ from: '👨‍👩‍👧‍👦', to: '?', count: 2 }]);
  });

  test('nothing where the text stays as it is', () => {
    for (const mode of ['when-needed', 'never', 'prefer'] as const) {
      expect(transliterate('déjà [€]\r\n\f', mode)).toEqual({ text: 'déjà [€]\r\n\f', replaced: [] });
    }
    expect(transliterate('ça', 'prefer').replaced).toEqual([]);
  });
});

describe('a replacement must never cost', () => {
  test('70 ellipses are one part as they are', () => {
    expect(transliterate('…'.repeat(70), 'when-needed').text).toBe('…'.repeat(70));
    expect(transliterate('…'.repeat(53), 'when-needed').text).toBe('.'.repeat(159));
  });

  test('except where the account wants the alphabet at any price', () => {
    expect(transliterate('…'.repeat(70), 'never').text).toBe('.'.repeat(210));
  });
});
