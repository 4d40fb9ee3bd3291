import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { monotonicIds } from '../src/ids.js';

const NOW = Date.UTC(2026, 10, 22);

describe('order ids', () => {
  it('have 14 characters without look-alikes', () => {
    expect(monotonicIds().order(NOW)).toMatch(/^[0-9a-hjkmnp-tv-z]{14}$/);
  });

  it('show their time in the first nine characters', () => {
    const ids = monotonicIds(() => 0);
    expect(ids.order(32)).toBe('00000001000000');
    expect(ids.order(32 ** 9 - 1)).toBe('zzzzzzzzz00000');
  });

  it('increase strictly, whatever the clock does', () => {
    const instants = fc.array(fc.integer({ min: NOW - 5, max: NOW + 5 }), { minLength: 2, maxLength: 200 });
    const tails = fc.constantFrom(0, 1, 32 ** 5 - 2, 32 ** 5 - 1);
    fc.assert(
      fc.property(instants, tails, (times, tail) => {
        const ids = monotonicIds(() => tail);
        const given = times.map((time) => ids.order(time));
        for (let i = 1; i < given.length; i += 1) expect(String(given[i]) > String(given[i - 1])).toBe(true);
      }),
    );
  });

  it('differ between processes within one millisecond', () => {
    const one = monotonicIds();
    const other = monotonicIds();
    const given = new Set(Array.from({ length: 50 }, (_, i) => [one.order(NOW + i), other.order(NOW + i)]).flat());
    expect(given.size).toBe(100);
  });
});
