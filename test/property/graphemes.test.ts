import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphemes } from '../../src/core/graphemes.js';

const whole = (text: string): string[] => Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);

test('what Intl.Segmenter gives for the whole text, wherever the windows fall', () => {
  const unit = fc.constantFrom(
    'a',
    '\r\n',
    '🎉',
    '👨‍👩‍👧‍👦',
    '🇫🇷',
    '🇫',
    'e\u0301',
    '각',
    '\u0600',
    'क्षि',
    '\ud83c',
    '\u200d',
  );
  fc.assert(
    fc.property(fc.array(unit, { minLength: 100, maxLength: 600, size: 'max' }), (units) => {
      const text = units.join('');
      expect([...graphemes(text)].join('|')).toBe(whole(text).join('|'));
    }),
  );
});

test.each([0, 1, 493, 494, 495, 496, 497, 498, 499, 500, 501, 999, 1000])(
  'a pair of flags after %i letters',
  (length) => {
    const text = `${'x'.repeat(length)}🇫🇷🇩🇪${'x'.repeat(600)}`;
    expect([...graphemes(text)]).toEqual(whole(text));
  },
);

test('one grapheme larger than many windows', () => {
  const text = `a${'\u0301'.repeat(5000)}b`;
  expect([...graphemes(text)]).toEqual([text.slice(0, -1), 'b']);
});

test('no text, no grapheme', () => {
  expect([...graphemes('')]).toEqual([]);
});

test('European text, whose characters stand alone: each of them beside any other', () => {
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at));
  const characters = ['\n', ...range(0x20, 0x2ff), ...range(0x2010, 0x206f), ...range(0x20a0, 0x20ff)];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...characters), { maxLength: 40, size: 'max' }), (units) => {
      const text = units.join('');
      expect([...graphemes(text)]).toEqual(whole(text));
    }),
    { numRuns: 5000, examples: [[characters], [characters.flatMap((one) => [one, one])]] },
  );
});
