import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { decodeTransfer } from '../../src/mail/transfer.js';

const decode = (encoded: string, encoding: string): string => decodeTransfer(Buffer.from(encoded), encoding).toString();

describe('base64', () => {
  test.each([
    ['lines', 'Qm9u\r\nam91\r\ncg==\r\n', 'Bonjour'],
    ['no padding', 'Qm9uam91cg', 'Bonjour'],
    ['blocks padded one by one', 'Qm9u\nag==\nb3Vy\n', 'Bonjour'],
    ['padding in the middle of a line', 'Qg==b24=', 'Bon'],
    ['a damaged character in a long line', 'Qm9uam91ciDDoCB0b3Vz*LCBhbGxleiBiaWVu', 'Bonjour à tous, allez bien'],
    ['a footer in clear', 'Qm9u\n\n-- \nScanned by example.fr\n', 'Bon'],
    ['a footer of words that could be base64', 'Qm9u\n\n-- \nAlice\n', 'Bon'],
    ['not base64 at all', 'Bonjour à tous\n', 'Bonjour à tous\n'],
    ['empty', '', ''],
  ])('%s', (_, encoded, text) => {
    expect(decode(encoded, 'base64')).toBe(text);
  });

  test('gives back what was encoded, at any line length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.integer({ min: 4, max: 80 }), (bytes, width) => {
        const lines =
          Buffer.from(bytes)
            .toString('base64')
            .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
        expect(decodeTransfer(Buffer.from(lines.join('\r\n')), 'base64')).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('quoted-printable', () => {
  test.each([
    ['a character over a soft line break', 'd=C3=\r\n=A9j=C3=A0', 'déjà'],
    ['lower-case hexadecimal', '=c3=a9', 'é'],
    ['white space added on the way', 'fin  \t\r\nsuite', 'fin\nsuite'],
    ['white space after a soft line break', 'un= \ndeux', 'undeux'],
    ['an encoded space at the end stays', '--=20\nA', '-- \nA'],
    ['an equals sign that encodes nothing', '1 = 1 =ZZ', '1 = 1 =ZZ'],
    ['a soft line break at the very end', 'a=', 'a'],
  ])('%s', (_, encoded, text) => {
    expect(decode(encoded, 'quoted-printable')).toBe(text);
  });
});

test('anything else is taken as it stands', () => {
  expect(decode('a=3D', '8bit')).toBe('a=3D');
});
