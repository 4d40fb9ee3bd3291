import { expect, test } from 'vitest';
import fc from 'fast-check';
import { decodeHeaderText } from '../../src/mail/encoded-words.js';

test.each([
  ['plain', 'Bonjour', 'Bonjour'],
  ['Q with underscores', '=?UTF-8?Q?R=C3=A9union_=C3=A0_9_h?=', 'Réunion à 9 h'],
  ['a space at the end of a word is kept', '=?UTF-8?Q?R=C3=A9union_?= =?UTF-8?Q?annul=C3=A9e?=', 'Réunion annulée'],
  ['B', '=?utf-8?b?w6k=?=', 'é'],
  ['a character over two words', '=?UTF-8?B?w6nDqcM=?=\r\n =?UTF-8?B?qcOp?=', 'éééé'],
  ['a character over two Q words', '=?UTF-8?Q?=C3?= =?UTF-8?Q?=A9?=', 'é'],
  ['two charsets', '=?ISO-8859-1?Q?=E9?= =?UTF-8?Q?=C3=A9?=', 'éé'],
  ['text between words keeps its spaces', '=?UTF-8?Q?=C3=A9?= et =?UTF-8?Q?=C3=A8?=', 'é et è'],
  ['glued to text', 'Re:=?UTF-8?Q?=C3=A9?=!', 'Re:é!'],
  ['a language after the charset', '=?UTF-8*fr?Q?=C3=A9?=', 'é'],
  ['raw spaces in Q', '=?UTF-8?Q?caf=C3=A9 noir?=', 'café noir'],
  ['an unknown charset', '=?x-none?Q?=C3=A9?=', 'é'],
  ['windows-1252 under ISO-8859-1', '=?ISO-8859-1?Q?l=92=E9t=E9?=', 'l’été'],
  ['control characters become one space', '=?UTF-8?Q?a=0D=0ABcc:_b=00c?=', 'a Bcc: b c'],
  ['not closed', '=?UTF-8?Q?abc', '=?UTF-8?Q?abc'],
])('%s', (_, header, text) => {
  expect(decodeHeaderText(Buffer.from(header))).toBe(text);
});

test('raw 8-bit is UTF-8, else windows-1252', () => {
  expect(decodeHeaderText(Buffer.from('été'))).toBe('été');
  expect(decodeHeaderText(Buffer.from([0xe9, 0x80]))).toBe('é€');
});

test('never throws and never lets a control character through', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('=?', '?=', '?q?', '?B?', 'utf-8', '=00', '=0A', 'w6k=', '\r\n ', '_'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(decodeHeaderText(Buffer.from(pieces.join('')))).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});
