import { expect, test } from 'vitest';
import fc from 'fast-check';
import { unfoldFlowed } from '../../src/mail/flowed.js';

test.each([
  ['a soft line break', 'un \ndeux', false, 'un deux'],
  ['DelSp takes the space of the break', 'un \ndeux', true, 'undeux'],
  ['DelSp leaves a typed space', 'un  \ndeux', true, 'un deux'],
  ['a hard line break', 'un\ndeux', false, 'un\ndeux'],
  ['CRLF', 'un \r\ndeux\r\n', false, 'un deux\n'],
  ['stuffing', ' From\n  deux\n >x', false, 'From\n deux\n>x'],
  ['the signature line is no soft break', 'fin\n-- \nAlice', false, 'fin\n-- \nAlice'],
  ['nothing flows into the signature line', 'fin \n-- \nAlice', false, 'fin \n-- \nAlice'],
  ['quoted lines of one depth', '> un \n> deux\n>> trois', false, '> un deux\n>> trois'],
  ['a soft break ends where the depth changes', 'un \n> deux', false, 'un \n> deux'],
])('%s', (_, text, delSp, unfolded) => {
  expect(unfoldFlowed(text, delSp)).toBe(unfolded);
});

test('a text without soft breaks, stuffing and quotes is unchanged', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^([a-zé][a-zé ]*[a-zé])?$/)), (lines) => {
      expect(unfoldFlowed(lines.join('\n'), false)).toBe(lines.join('\n'));
    }),
  );
});
