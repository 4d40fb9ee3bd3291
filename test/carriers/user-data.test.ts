import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Handsets } from '../../src/carriers/handset.js';
import { decodeUserData, encodeUserData } from '../../src/carriers/user-data.js';
import { segment } from '../../src/core/segment.js';

const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');

describe('user data', () => {
  it('is packed as the standard shows', () => {
    const [hello] = encodeUserData('hellohello', 'gsm7', 1);
    expect([hello?.length, hello?.hasHeader, hex(hello?.octets)]).toEqual([10, false, 'e8329bfd4697d9ec37']);
    expect(hex(encodeUserData('é😀', 'ucs2', 1)[0]?.octets)).toBe('00e9d83dde00');
  });

  it('has a header of 7 septets in each of several parts', () => {
    const parts = encodeUserData('a'.repeat(161), 'gsm7', 0xab);
    expect(parts.map(({ length, octets }) => [length, octets.length, hex(octets.subarray(0, 6))])).toEqual([
      [160, 140, '050003ab0201'],
      [15, 14, '050003ab0202'],
    ]);
    // One fill bit, then the septets: 'a' is 1100001.
    expect(parts[0]?.octets[6]).toBe(0b11000010);
    const wide = encodeUserData('é'.repeat(71), 'ucs2', 7);
    expect(wide.map(({ length }) => length)).toEqual([140, 14]);
  });

  it('never exceeds 140 octets, agrees with the count of parts, and comes back the same in any order', () => {
    const gsm = fc.constantFrom('a', 'é', '@', ' ', '£', '€', '{', '}', '\n', '0', 'Ω', '_');
    const any = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    const texts = fc.array(fc.oneof(gsm, any), { minLength: 1, maxLength: 400 }).map((all) => all.join(''));
    const gsmTexts = fc.array(gsm, { minLength: 1, maxLength: 1_000 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(texts, gsmTexts), fc.nat(255), fc.boolean(), (text, reference, backwards) => {
        const { encoding, parts } = segment(text);
        fc.pre(parts.length < 256);
        const encoded = encodeUserData(text, encoding, reference);
        expect(encoded.length).toBe(parts.length);
        expect(encoded.every(({ octets }) => octets.length <= 140)).toBe(true);
        expect(encoded.map((part) => decodeUserData(part).text).join('')).toBe(text);
        const handsets = new Handsets();
        const arriving = backwards ? encoded.toReversed() : encoded;
        const shown = arriving.map((data) => handsets.receive({ to: '+33639980100', from: 'sim', data }));
        expect(shown.pop()).toEqual({ text, encoding, parts: parts.length });
        expect(shown.every((one) => one === null)).toBe(true);
      }),
    );
  });

  it('is kept apart by number, sender and reference', () => {
    const handsets = new Handsets();
    const [first, second] = encodeUserData('b'.repeat(200), 'gsm7', 1);
    const other = encodeUserData('c'.repeat(200), 'gsm7', 2)[1];
    if (!first || !second || !other) throw new Error('two parts were expected');
    const at = { to: '+33639980100', from: 'sim' };
    expect(handsets.receive({ ...at, data: first })).toBeNull();
    expect(handsets.receive({ ...at, data: other })).toBeNull();
    expect(handsets.receive({ ...at, from: 'else', data: second })).toBeNull();
    expect(handsets.receive({ ...at, to: '+33639980101', data: second })).toBeNull();
    expect(handsets.receive({ ...at, data: first })).toBeNull();
    expect(handsets.receive({ ...at, data: second })?.text).toBe('b'.repeat(200));
    // Shown and forgotten: the reference may come again.
    expect(handsets.receive({ ...at, data: second })).toBeNull();
  });
});
