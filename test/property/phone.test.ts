import fc from 'fast-check';
import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';

import { looksLikeNumber, parsePhone } from '../../src/core/phone.js';
import { cpuMsOf } from '../support/cpu-time.js';

const country = fc.constantFrom(...getCountries(), 'ZZ', '', 'toString');
const numberLike = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789+ .()-;=abc\u00a0\u202a')),
  maxLength: 45,
});

test('never throws, and what it accepts is a number of E.164 that reads the same again', () => {
  fc.assert(
    fc.property(fc.oneof(numberLike, fc.string({ unit: 'binary' })), country, (input, from) => {
      const parsed = parsePhone(input, from);
      looksLikeNumber(input);
      if (!parsed.ok) return;
      expect(parsed.value.e164).toMatch(/^\+[1-9]\d{4,14}$/);
      expect(parsePhone(parsed.value.e164, from)).toEqual(parsed);
    }),
    { numRuns: 3000 },
  );
});

test('however a French number is written, it is the same number', () => {
  const mobile = fc.tuple(fc.constantFrom('60', '61', '67', '68', '75', '76'), fc.stringMatching(/^\d{7}$/));
  const gap = fc.constantFrom('', ' ', '.', '\u00a0', '-');
  fc.assert(
    fc.property(mobile, fc.constantFrom('0', '+33', '0033', '33', '+33 (0)'), gap, ([range, rest], prefix, between) => {
      const written = prefix + (range + rest).replace(/(?=(?:\d\d)+$)/g, between);
      expect(parsePhone(written, 'FR')).toEqual({
        ok: true,
        value: { e164: `+33${range}${rest}`, kind: 'mobile', zone: 'FR' },
      });
    }),
  );
});

/** The table of ranges in phone.ts only saves work: whatever the metadata calls overseas must lie in it. */
test('no overseas number is taken for a metropolitan one', () => {
  const territory = fc.constantFrom(['590', '7'], ['596', '7'], ['594', '7'], ['262', '7'], ['508', '7'], ['590', '6']);
  const start = fc.constantFrom('2', '5', '6', '9');
  fc.assert(
    fc.property(territory, start, fc.stringMatching(/^\d{7}$/), ([code, mobile], first, rest) => {
      for (const nineDigits of [first + '9' + rest, first + rest + '0', `${mobile}0${rest}`, first + '6' + rest]) {
        const overseas = parsePhoneNumberFromString(`+${code}${nineDigits}`);
        if (!overseas?.isValid() || overseas.nationalNumber !== nineDigits) continue;
        const parsed = parsePhone(`0${nineDigits}`, 'FR');
        expect(parsed.ok && parsed.value.zone).toBe('overseas');
      }
    }),
    { numRuns: 3000 },
  );
});

test('a megabyte of digits is refused at once', () => {
  for (const input of ['1'.repeat(1_000_000), '+'.repeat(1_000_000), '( '.repeat(500_000), ' '.repeat(1_000_000)]) {
    const tookMs = cpuMsOf(() => {
      expect(parsePhone(input, 'FR').ok).toBe(false);
      looksLikeNumber(`${input}x`);
    });
    expect(tookMs).toBeLessThan(1000);
  }
});
