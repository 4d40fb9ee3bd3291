import { describe, expect, test } from 'vitest';
import {
  cleanControls,
  decodeGsm7,
  encodeGsm7,
  gsm7Length,
  isGsm7,
  packSeptets,
  unpackSeptets,
} from '../../src/core/gsm7.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

describe('the tables', () => {
  // Code and character written out once more, from the standard and not from the code.
  test.each([
    [0x00, '@'],
    [0x01, '£'],
    [0x02, '$'],
    [0x03, '¥'],
    [0x04, 'è'],
    [0x05, 'é'],
    [0x06, 'ù'],
    [0x07, 'ì'],
    [0x08, 'ò'],
    [0x09, 'Ç'],
    [0x0a, '\n'],
    [0x0b, 'Ø'],
    [0x0c, 'ø'],
    [0x0d, '\r'],
    [0x0e, 'Å'],
    [0x0f, 'å'],
    [0x10, 'Δ'],
    [0x11, '_'],
    [0x12, 'Φ'],
    [0x13, 'Γ'],
    [0x14, 'Λ'],
    [0x15, 'Ω'],
    [0x16, 'Π'],
    [0x17, 'Ψ'],
    [0x18, 'Σ'],
    [0x19, 'Θ'],
    [0x1a, 'Ξ'],
    [0x1c, 'Æ'],
    [0x1d, 'æ'],
    [0x1e, 'ß'],
    [0x1f, 'É'],
    [0x24, '¤'],
    [0x40, '¡'],
    [0x5b, 'Ä'],
    [0x5c, 'Ö'],
    [0x5d, 'Ñ'],
    [0x5e, 'Ü'],
    [0x5f, '§'],
    [0x60, '¿'],
    [0x7b, 'ä'],
    [0x7c, 'ö'],
    [0x7d, 'ñ'],
    [0x7e, 'ü'],
    [0x7f, 'à'],
  ])('%i is %j', (code, character) => {
    expect([...encodeGsm7(character)]).toEqual([code]);
    expect(decodeGsm7(Uint8Array.of(code))).toBe(character);
  });

  test('where GSM and ASCII agree, the code is the ASCII code', () => {
    for (let code = 0x20; code < 0x7b; code++) {
      if ([0x24, 0x40, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x60].includes(code)) continue;
      expect([...encodeGsm7(String.fromCharCode(code))]).toEqual([code]);
    }
  });

  test.each([
    ['\f', 0x0a],
    ['^', 0x14],
    ['{', 0x28],
    ['}', 0x29],
    ['\\', 0x2f],
    ['[', 0x3c],
    ['~', 0x3d],
    [']', 0x3e],
    ['|', 0x40],
    ['€', 0x65],
  ])('%j is ESC and %i', (character, code) => {
    expect([...encodeGsm7(character)]).toEqual([0x1b, code]);
    expect(decodeGsm7(Uint8Array.of(0x1b, code))).toBe(character);
    expect(gsm7Length(character)).toBe(2);
  });

  test('137 characters and no more', () => {
    let inside = 0;
    for (let unit = 0; unit <= 0xffff; unit++) if (isGsm7(String.fromCharCode(unit))) inside++;
    expect(inside).toBe(127 + 10);
  });

  test.each(['\x1b', '\0', '\t', '`', 'ç', '’', 'À', 'Α', '\ud83c', '🎉', '\u00a0'])('%j is outside', (character) => {
    expect(isGsm7(`a${character}`)).toBe(false);
    expect(() => encodeGsm7(`a${character}`)).toThrow('character 1 of the text');
    expect(() => gsm7Length(`a${character}`)).toThrow(RangeError);
  });

  test('the error does not tell the character', () => {
    expect(() => encodeGsm7('ç')).toThrow(/^[^ç]*$/);
  });

  test('the empty text is inside and takes nothing', () => {
    expect(isGsm7('')).toBe(true);
    expect(gsm7Length('')).toBe(0);
    expect(encodeGsm7('')).toHaveLength(0);
    expect(decodeGsm7(new Uint8Array())).toBe('');
  });
});

describe('decoding what others send', () => {
  test.each([
    ['1b', ' ', 'ESC at the end'],
    ['1b1b', ' ', 'ESC ESC, reserved for another table'],
    ['1b1b65', ' e', 'ESC ESC takes no third'],
    ['1b61', 'a', 'a code the extension table lacks: the default table'],
    ['1b00', '@', 'the same with code 0'],
    ['1b0d', '\r', 'the control CR2'],
    ['61ff62', 'a\uFFFDb', 'no septet'],
    ['1bff', '\uFFFD', 'no septet after ESC'],
  ])('%s gives %j: %s', (septets, text) => {
    expect(decodeGsm7(bytes(septets))).toBe(text);
  });
});

describe('packing', () => {
  test.each([
    ['hello', 0, 'e8329bfd06'],
    ['hellohello', 0, 'e8329bfd4697d9ec37'],
    ['12345678', 0, '31d98c56b3dd70'],
    ['1234567', 0, '31d98c56b3dd00'],
    ['', 0, ''],
    // One fill bit stands between a header of 6 octets and the first septet.
    ['A', 1, '82'],
    ['AB', 1, '8242'],
    ['à', 6, 'c01f'],
  ])('%j with %i fill bits is %s', (text, fillBits, packed) => {
    const septets = encodeGsm7(text);
    expect(hex(packSeptets(septets, fillBits))).toBe(packed);
    expect(unpackSeptets(bytes(packed), septets.length, fillBits)).toEqual(septets);
  });

  test('160 septets fill 140 octets, 153 with a header of 6 octets and a fill bit as many', () => {
    expect(packSeptets(new Uint8Array(160), 0)).toHaveLength(140);
    expect(packSeptets(new Uint8Array(153), 1)).toHaveLength(134);
  });

  test('septets that are missing read as zero', () => {
    expect([...unpackSeptets(bytes('31'), 3, 0)]).toEqual([0x31, 0, 0]);
  });
});

describe('control characters', () => {
  test('those that the alphabet has and the tab stay', () => {
    expect(cleanControls('a\tb\nc\r\nd\fe')).toBe('a\tb\nc\r\nd\fe');
  });

  test('all others go', () => {
    let all = '';
    for (let code = 0; code < 0xa0; code++) if (code < 0x20 || code >= 0x7f) all += String.fromCharCode(code);
    expect(cleanControls(`a${all}z`)).toBe('a\t\n\n\f\r\nz');
  });

  test('VT and NEL break the line', () => {
    expect(cleanControls('a\vb\u0085c')).toBe('a\nb\nc');
  });

  test('what is no control character stays', () => {
    expect(cleanControls('é\u00a0’🎉\u200d\u2028')).toBe('é\u00a0’🎉\u200d\u2028');
  });
});
