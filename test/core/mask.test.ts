import { expect, test } from 'vitest';

import { holdsCode, isCodeShaped, maskCodes, maskWords } from '../../src/core/mask.js';

test.each([
  ['FGB45L:0684843556', ['FGB45L'], '••••:0684843556'],
  ['a fgb45l b FgB45Lx', ['FGB45L'], 'a •••• b ••••x'],
  ['abcdef abcdefgh', ['abcdef', 'ABCDEFGH'], '•••• ••••'],
  ['F\u200BG\u00ADB45L', ['FGB45L'], '••••'],
  ['a.b a+b', ['a.b', 'a+b', '(', '[', '\\'], '•••• ••••'],
  ['x-y/z', ['x-y/z'], '••••'],
  ['text', [''], 'text'],
  ['text', [], 'text'],
])('maskCodes(%j, %j)', (text, codes, masked) => {
  expect(maskCodes(text, codes)).toBe(masked);
});

test('maskWords leaves numbers and short words', () => {
  expect(maskWords('FGB45L 0684843556, le 12 Bonjour')).toBe('•••• 0684843556, le 12 ••••');
});

test.each([
  ['equipe-FGB45L', true],
  ['fgb45l', true],
  ['06.fgb45l', true],
  ['fgb45lx', false],
  ['', false],
])('holdsCode(%j)', (text, expected) => {
  expect(holdsCode(text, 'FGB45L')).toBe(expected);
});

test.each([
  ['abc12', false],
  ['abc123', true],
  ['A'.repeat(64), true],
  ['A'.repeat(65), false],
  ['abc-123', false],
  ['àbcdef', false],
])('isCodeShaped(%j)', (text, expected) => {
  expect(isCodeShaped(text)).toBe(expected);
});
