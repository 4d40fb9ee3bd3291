import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeGsm7 } from '../../src/core/gsm7.js';
import { CONCATENATION_HEADER_OCTETS, maxLength, segment, splitText } from '../../src/core/segment.js';
import type { Segmented } from '../../src/core/segment.js';

interface Case {
  readonly name: string;
  readonly text: string;
  readonly encoding: string;
  readonly units: number;
  readonly segments: number;
  readonly smLengths: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/cases/segments.json', import.meta.url), 'utf8')) as {
  cases: readonly Case[];
};

/** One septet per octet, and the header of a part where there are several. */
function smLengths({ encoding, parts }: Segmented): number[] {
  const header = parts.length > 1 ? CONCATENATION_HEADER_OCTETS : 0;
  return parts.map((part) => header + (encoding === 'gsm7' ? encodeGsm7(part).length : part.length * 2));
}

test('there are cases', () => {
  expect(cases.length).toBeGreaterThan(30);
});

test.each(cases)('case: $name', ({ text, ...expected }) => {
  const segmented = segment(text);
  expect(segmented.encoding).toBe(expected.encoding);
  expect(segmented.units).toBe(expected.units);
  expect(segmented.parts).toHaveLength(expected.segments);
  expect(smLengths(segmented)).toEqual(expected.smLengths);
  expect(segmented.parts.join('')).toBe(text);
});

describe('borders', () => {
  test('the empty text is one empty part', () => {
    expect(segment('')).toEqual({ encoding: 'gsm7', units: 0, parts: [''] });
  });

  test('an escape pair goes whole into the next part', () => {
    expect(segment('a'.repeat(152) + '€' + 'b'.repeat(10)).parts).toEqual(['a'.repeat(152), '€' + 'b'.repeat(10)]);
  });

  test('a surrogate pair goes whole into the next part', () => {
    expect(segment('я'.repeat(66) + '😀' + 'я'.repeat(10)).parts).toEqual(['я'.repeat(66), '😀' + 'я'.repeat(10)]);
  });

  test('a part that is just full takes no more', () => {
    expect(splitText('abcdef', 'gsm7', 3)).toEqual(['abc', 'def']);
    expect(splitText('ab€', 'gsm7', 3)).toEqual(['ab', '€']);
  });

  test.each([
    ['gsm7', 1, 160],
    ['gsm7', 8, 1224],
    ['ucs2', 1, 70],
    ['ucs2', 8, 536],
  ] as const)('%s: %i parts hold %i characters', (encoding, parts, length) => {
    expect(maxLength(encoding, parts)).toBe(length);
    const character = encoding === 'gsm7' ? 'a' : 'я';
    expect(segment(character.repeat(length)).parts).toHaveLength(parts);
    expect(segment(character.repeat(length + 1)).parts).toHaveLength(parts + 1);
  });
});
