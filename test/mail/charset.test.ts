import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { decodeText } from '../../src/mail/charset.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('decodeText', () => {
  test.each([
    ['ISO-8859-1 is read as windows-1252', bytes(0x93, 0x6f, 0x94, 0x80), 'ISO-8859-1', '“o”€'],
    ['ISO-8859-15 has its euro sign', bytes(0xa4, 0xbd), 'iso-8859-15', '€œ'],
    ['Word quotes under ISO-8859-15', bytes(0x92), 'iso-8859-15', '’'],
    ['US-ASCII with windows-1252 bytes', bytes(0x93, 0xe9, 0x94), 'us-ascii', '“é”'],
    ['latin9', bytes(0xa4), 'latin9', '€'],
    ['no label, UTF-8', Buffer.from('é'), null, 'é'],
    ['no label, Latin-1', bytes(0xe9), null, 'é'],
    ['UTF-8 label, Latin-1 bytes', bytes(0xe9, 0x80), 'utf-8', 'é€'],
    ['Latin-1 label, UTF-8 bytes', Buffer.from('déjà €'), 'iso-8859-1', 'déjà €'],
    ['unknown label', Buffer.from('déjà'), 'x-nonsense', 'déjà'],
    ['label in quotes with spaces', bytes(0xe9), ' "ISO-8859-1" ', 'é'],
    ['a byte order mark is dropped', bytes(0xef, 0xbb, 0xbf, 0x61), 'utf-8', 'a'],
    ['UTF-16 without a NUL is none', Buffer.from('Bonjour'), 'utf-16', 'Bonjour'],
    ['UTF-16BE', bytes(0, 0x61, 0, 0xe9), 'utf-16be', 'aé'],
    ['UTF-16 with half a character', bytes(0xd8, 0x3d, 0, 0x61), 'utf-16be', '\uFFFDa'],
    ['UTF-7', Buffer.from('+AOk-'), 'utf-7', 'é'],
    ['a label that the bytes contradict', bytes(0xe9), 'euc-jp', 'é'],
    ['Shift_JIS', bytes(0x93, 0xfa), 'shift_jis', '日'],
    ['ISO-2022-JP', Buffer.from('\x1b$B2q\x1b(B'), 'iso-2022-jp', '会'],
  ])('%s', (_, raw, label, text) => {
    expect(decodeText(raw, label)).toBe(text);
  });

  test('never throws, whatever the label', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.option(fc.string()), (raw, label) => {
        expect(typeof decodeText(raw, label)).toBe('string');
      }),
    );
  });

  test('UTF-8 comes back as it was, whatever Western label stands on it', () => {
    const western = fc.constantFrom('utf-8', 'iso-8859-1', 'windows-1252', 'us-ascii', 'iso-8859-15', null);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zéèàçœ€’ ]*$/), western, (text, label) => {
        expect(decodeText(Buffer.from(text), label)).toBe(text);
      }),
    );
  });
});
