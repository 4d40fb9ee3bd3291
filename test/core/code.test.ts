import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isChosenCodeAllowed } from '../../src/core/code.js';

describe('a chosen code', () => {
  it.each(['abcdef', 'ABC123', '12345a', 'a'.repeat(64)])('may be %s', (code) => {
    expect(isChosenCodeAllowed(code)).toEqual({ ok: true, value: undefined });
  });

  it.each([
    ['', 'has 0'],
    ['abcde', 'has 5'],
    ['a'.repeat(65), 'has 65'],
    ['123456', 'digits alone'],
    ['0612345678', 'digits alone'],
    ['abc.def', 'only the letters'],
    ['abc def', 'only the letters'],
    ['éléphant', 'only the letters'],
    ['abcdef\n', 'only the letters'],
    ['\uff21\uff22\uff23123', 'only the letters'],
  ])('may not be %j', (code, why) => {
    const result = isChosenCodeAllowed(code);
    expect(result.ok ? '' : result.error).toContain(why);
  });

  it('is only ever letters and digits with a letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (code) => {
        if (isChosenCodeAllowed(code).ok) expect(code).toMatch(/^(?=.*[a-zA-Z])[a-zA-Z0-9]{6,64}$/);
      }),
    );
  });
});
