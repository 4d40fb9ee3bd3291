// What must hold for every text, whatever its script and however broken.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeText, MAX_PARTS } from '../../src/core/encode.js';
import {
  cleanControls,
  decodeGsm7,
  encodeGsm7,
  gsm7Length,
  isGsm7,
  packSeptets,
  unpackSeptets,
} from '../../src/core/gsm7.js';
import { normaliseText } from '../../src/core/normalise.js';
import { CAPACITY, segment } from '../../src/core/segment.js';
import { transliterate } from '../../src/core/transliterate.js';

const allOfGsm7: string[] = [];
for (let unit = 0; unit <= 0xffff; unit++)
  if (isGsm7(String.fromCharCode(unit))) allOfGsm7.push(String.fromCharCode(unit));

const gsm7Character = fc.constantFrom(...allOfGsm7);
const gsm7Text = fc.string({ unit: gsm7Character, maxLength: 700 });
const typographic = fc.constantFrom(...Array.from('’…œŒ–«»½²°ç™\u00a0\t\u200b€'));
const emoji = fc.constantFrom('🎉', '👨‍👩‍👧‍👦', '🇫🇷', '1️⃣', 'é\u0323\u0323');
const mixed = fc.oneof(
  { weight: 6, arbitrary: gsm7Character },
  { weight: 4, arbitrary: typographic },
  { weight: 1, arbitrary: emoji },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);
/** Any UTF-16 code unit: lone surrogates, controls, everything. */
const codeUnit = fc.nat(0xffff).map((unit) => String.fromCharCode(unit));
const anyText = fc.oneof(
  gsm7Text,
  fc.string({ unit: fc.oneof(gsm7Character, typographic), maxLength: 700 }),
  fc.string({ unit: mixed, maxLength: 700 }),
  fc.string({ unit: codeUnit, maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
const settings = fc.record({
  unicode: fc.constantFrom('when-needed', 'never', 'prefer'),
  euro: fc.boolean(),
  long: fc.constantFrom('off', 'on', 'truncate'),
});
const septetsAndFill = fc.tuple(fc.uint8Array({ max: 0x7f, maxLength: 200 }), fc.nat(6));

describe('gsm7', () => {
  test('encodes and decodes to the same text', () => {
    fc.assert(
      fc.property(gsm7Text, (text) => {
        const septets = encodeGsm7(text);
        expect(decodeGsm7(septets)).toBe(text);
        expect(septets.length).toBe(gsm7Length(text));
      }),
    );
  });

  test('packs and unpacks to the same septets, in as few octets as there can be', () => {
    fc.assert(
      fc.property(septetsAndFill, ([septets, fillBits]) => {
        const packed = packSeptets(septets, fillBits);
        expect(unpackSeptets(packed, septets.length, fillBits)).toEqual(septets);
        expect(packed.length).toBe(Math.ceil((septets.length * 7 + fillBits) / 8));
      }),
    );
  });

  test('decodes any octets to a text, of which only U+FFFD is outside the alphabet', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        expect(isGsm7(decodeGsm7(octets).replaceAll('\uFFFD', ''))).toBe(true);
      }),
    );
  });
});

describe('segment', () => {
  test('parts rejoin to the text, each fits, none is empty or could take the next character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { encoding, units, parts } = segment(text);
        const lengthOf = (part: string): number => (encoding === 'gsm7' ? encodeGsm7(part).length : part.length);
        const { single, part: room } = CAPACITY[encoding];
        const lengths = parts.map(lengthOf);
        expect(parts.join('')).toBe(text);
        expect(lengths.reduce((sum, length) => sum + length, 0) * (encoding === 'gsm7' ? 1 : 2)).toBe(units);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(parts.length === 1 ? single : room);
        expect(parts.length > 1).toBe(lengthOf(text) > single);
        for (const [index, next] of parts.slice(1).entries()) {
          const [first = ''] = next;
          expect((lengths[index] ?? 0) + lengthOf(first)).toBeGreaterThan(room);
        }
      }),
    );
  });

  test('splits no surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        for (const part of segment(text).parts) expect(part).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});

describe('transliterate', () => {
  test('when-needed: all of it in the alphabet in no more parts, or nothing replaced', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: plain, replaced } = transliterate(text, 'when-needed');
        if (plain === text) expect(replaced).toEqual([]);
        else expect(isGsm7(plain)).toBe(true);
        expect(segment(plain).parts.length).toBeLessThanOrEqual(segment(text).parts.length);
      }),
    );
  });

  test('never: always in the alphabet; prefer: always the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isGsm7(transliterate(text, 'never').text)).toBe(true);
        expect(transliterate(text, 'prefer')).toEqual({ text, replaced: [] });
      }),
    );
  });

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('when-needed', 'never'), (text, mode) => {
        const once = transliterate(text, mode).text;
        expect(transliterate(once, mode)).toEqual({ text: once, replaced: [] });
      }),
    );
  });

  test('replaced tells every difference', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('abé’…œŒ–«»™ç \u00a0')) }), (text) => {
        const { text: plain, replaced } = transliterate(text, 'when-needed');
        const again = replaced.reduce((changed, { from, to }) => changed.replaceAll(from, to), text);
        expect(again).toBe(plain);
        for (const { from, count } of replaced) expect(text.split(from).length - 1).toBe(count);
      }),
    );
  });
});

describe('encodeText', () => {
  test('never throws; what it gives fits what it says and what the account allows', () => {
    fc.assert(
      fc.property(anyText, settings, (text, chosen) => {
        const result = encodeText(text, chosen);
        if (!result.ok) {
          expect(result.error.reason).toBe('text-too-long');
          expect(chosen.long).not.toBe('truncate');
          expect(result.error.params['firstPartEnd']).toMatch(/^[^\r\n]*$/);
          return;
        }
        const { value } = result;
        const segmented = segment(value.text);
        expect({ encoding: value.encoding, parts: value.parts }).toEqual({
          encoding: segmented.encoding,
          parts: segmented.parts.length,
        });
        expect(value.parts).toBeLessThanOrEqual(chosen.long === 'on' ? MAX_PARTS : 1);
        expect(value.savedParts).toBeGreaterThanOrEqual(0);
        expect(value.text).not.toMatch(/\p{Surrogate}/u);
        expect(cleanControls(value.text)).toBe(value.text);
        if (chosen.unicode === 'never') expect(value.encoding).toBe('gsm7');
        if (chosen.long !== 'truncate') expect(value.truncated).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  test('encoding the result once more changes nothing', () => {
    fc.assert(
      fc.property(anyText, settings, (text, chosen) => {
        const first = encodeText(text, chosen);
        if (!first.ok) return;
        const second = encodeText(first.value.text, chosen);
        expect(second).toEqual({ ok: true, value: { ...first.value, replaced: [], savedParts: 0, truncated: false } });
      }),
    );
  });

  test('truncate keeps a beginning, and one grapheme more would not fit', () => {
    const plainText = fc.string({
      unit: fc.oneof(gsm7Character, fc.constantFrom('я', '🎉', '👨‍👩‍👧‍👦')),
      minLength: 60,
      maxLength: 200,
    });
    fc.assert(
      fc.property(plainText, (text) => {
        const result = encodeText(text, { unicode: 'prefer', euro: false, long: 'truncate' });
        if (!result.ok) throw new Error('truncate refuses nothing');
        const { text: kept, truncated } = result.value;
        expect(text.startsWith(kept)).toBe(true);
        expect(truncated).toBe(kept !== text);
        if (!truncated) return;
        const [next] = new Intl.Segmenter().segment(text.slice(kept.length));
        expect(segment(kept + (next?.segment ?? '')).parts.length).toBeGreaterThan(1);
      }),
    );
  });
});

test('the short way for European texts gives what the long way gives', () => {
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at));
  const character = fc.constantFrom(...range(0, 0x34f), ...range(0x2000, 0x206f), '\u20ac', '\u0e33', '\ufeff');
  fc.assert(
    fc.property(fc.array(character, { maxLength: 30 }), (characters) => {
      const text = characters.join('');
      // A tab is kept, and takes any text the long way.
      expect(normaliseText(text)).toBe(normaliseText(`\t${text}`).slice(1));
    }),
    { numRuns: 3000, examples: range(0xa0, 0x2ff).map((one) => [[one]]) },
  );
});
