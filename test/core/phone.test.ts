import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { looksLikeNumber, parsePhone } from '../../src/core/phone.js';
import { rejectionText } from '../../src/core/rejection.js';

interface NumberCase {
  readonly input: string;
  readonly e164?: string;
  readonly zone?: string;
  readonly kind?: string;
  readonly refused?: string;
}

const { cases } = JSON.parse(readFileSync('fixtures/cases/numbers.json', 'utf8')) as { cases: NumberCase[] };

/** `+33684843556 mobile FR`, or the reason of the refusal. */
function summary(input: string, country = 'FR'): string {
  const parsed = parsePhone(input, country);
  return parsed.ok ? `${parsed.value.e164} ${parsed.value.kind} ${parsed.value.zone}` : parsed.error.reason;
}

test('there are number cases', () => {
  expect(cases.length).toBeGreaterThan(30);
});

test.each(cases)('an account in France types "$input"', ({ input, e164, zone, kind = 'mobile', refused }) => {
  expect(summary(input)).toBe(refused ?? `${e164} ${kind} ${zone}`);
});

describe('the French plan: one way of dialling, many country codes', () => {
  test.each([
    ['0709 01 12 34', '+590709011234 mobile overseas'],
    ['0709 10 12 34', '+596709101234 mobile overseas'],
    ['0709 20 12 34', '+262709201234 mobile overseas'],
    ['0709 30 12 34', '+594709301234 mobile overseas'],
    ['0709 35 12 34', '+262709351234 mobile overseas'],
    ['0691 23 12 34', '+590691231234 mobile overseas'],
    ['0697 12 34 56', '+596697123456 mobile overseas'],
    ['0693 01 12 34', '+262693011234 mobile overseas'],
    ['0590 27 12 34', '+590590271234 landline overseas'],
    // The metadata of FR calls these two metropolitan landlines.
    ['0269 60 12 34', '+262269601234 landline overseas'],
    ['0596 27 12 34', '+596596271234 landline overseas'],
    ['0508 55 12 34', '+508551234 mobile overseas'],
    ['0708 40 12 34', '+508708401234 mobile overseas'],
    ['+33 596 27 12 34', 'number-invalid'],
    ['33 269 60 12 34', 'number-invalid'],
    ['+590 806 12 34 56', 'number-invalid'],
  ])('%s', (input, expected) => {
    expect(summary(input)).toBe(expected);
  });

  test.each(['GP', 'MQ', 'RE', 'YT', 'GF', 'BL', 'MF', 'PM'])(
    'an account in %s dials as everywhere in it',
    (country) => {
      expect(summary('0690123456', country)).toBe('+590690123456 mobile overseas');
      expect(summary('0684843556', country)).toBe('+33684843556 mobile FR');
    },
  );
});

describe('as people write numbers', () => {
  test.each([
    ['06-84-84-35-56'],
    ['06/84/84/35/56'],
    ['(+33) 6 84 84 35 56'],
    ['00 33 (0)6 84 84 35 56'],
    ['06\u00a084\u202f84 35 56'],
    ['\u202a+33 6 84 84 35 56\u202c'],
    ['684843556'],
  ])('%s', (input) => {
    expect(summary(input)).toBe('+33684843556 mobile FR');
  });

  test('a zero that a spreadsheet took off an overseas number', () => {
    expect(summary('690123456')).toBe('+590690123456 mobile overseas');
  });

  test('with more decoration than a number needs, it is none', () => {
    expect(summary(`06848435${' '.repeat(30)}56`)).toBe('+33684843556 mobile FR');
    expect(summary(`06848435${' '.repeat(31)}56`)).toBe('number-invalid');
  });

  test('a number that reads both ways is not guessed', () => {
    expect(summary('687751234')).toBe('number-invalid');
    expect(summary('+687751234')).toBe('+687751234 mobile overseas');
    expect(summary('0687751234')).toBe('+33687751234 mobile FR');
  });

  test.each([
    ['0470 11 12 22', 'BE', '+32470111222 mobile BE'],
    ['33684843556', 'BE', '+33684843556 mobile FR'],
    ['0684843556', 'BE', 'number-invalid'],
    ['751234', 'NC', '+687751234 mobile overseas'],
    ['011 33 684843556', 'US', '+33684843556 mobile FR'],
    ['00 33 684843556', 'US', '+33684843556 mobile FR'],
    ['0684843556', 'ZZ', 'number-invalid'],
    ['+33684843556', 'ZZ', '+33684843556 mobile FR'],
  ])('%s in %s', (input, country, expected) => {
    expect(summary(input, country)).toBe(expected);
  });
});

describe('types of numbers', () => {
  test.each([
    ['0912345678', '+33912345678 landline FR'],
    ['+1 514 555 1234', '+15145551234 mobile CA'],
    ['+44 20 7946 0958', '+442079460958 landline GB'],
    ['0820123456', 'number-premium'],
    ['+1 900 555 1234', 'number-premium'],
    ['0800123456', 'number-invalid'],
    ['0806123456', 'number-invalid'],
    ['+44 7012 345678', 'number-invalid'],
    ['+870 773 111 632', 'number-invalid'],
    ['15', 'number-invalid'],
    ['911', 'number-invalid'],
    ['3117', 'number-invalid'],
  ])('%s', (input, expected) => {
    expect(summary(input)).toBe(expected);
  });
});

describe('refusals show the number as typed', () => {
  test('trimmed and cut, no character in half', () => {
    const refused = parsePhone(`  ${'😀'.repeat(50)} `, 'FR');
    expect(refused).toEqual({ ok: false, error: { reason: 'number-invalid', params: { number: '😀'.repeat(40) } } });
  });

  test('nothing typed: the form that is asked for', () => {
    const refused = parsePhone(' \u00a0', 'FR', 'CODE:0612345678');
    expect(refused.ok ? '' : rejectionText(refused.error, 'en')).toBe(
      'No number was given. Right form: CODE:0612345678',
    );
  });
});

test.each([
  ['0684843556', true],
  ['+33 (0)6.84\u00a084 35 56', true],
  ['12345', true],
  ['112', true],
  ['12', false],
  ['', false],
  ['+', false],
  ['33+684843556', false],
  ['equipe nord', false],
  ['FGB45L', false],
  ['06848abc56', false],
  ['06-84-84', false],
])('looksLikeNumber(%j) is %s', (text, expected) => {
  expect(looksLikeNumber(text)).toBe(expected);
});
