// Replies of the daemon as sysexits(3), and as lines in which no code stands.

import { describe, expect, test } from 'vitest';

import { REJECTIONS } from '../../src/core/rejection.js';
import { exitCodeOf, refusalLines } from '../../src/sendmail/exit-codes.js';

test.each([
  ['550', '5.1.3 malformed', 67],
  ['552', '5.2.2 no credit', 69],
  ['550', '5.2.1 STOP', 69],
  ['552', '5.3.4 too large', 65],
  ['554', '5.4.6 loop', 69],
  ['501', '5.5.4 syntax', 70],
  ['554', '5.6.0 bad date', 65],
  ['550', '5.7.1 not accepted', 77],
  ['554', 'no enhanced code', 69],
  ['451', '4.3.0 busy', 75],
  ['421', 'bye', 75],
])('%s %s is %i', (code, text, expected) => {
  expect(exitCodeOf({ code: Number(code), text })).toBe(expected);
});

test('every refusal of the table has an exit code; what comes back later is 75', () => {
  for (const { smtp, enhanced } of Object.values(REJECTIONS)) {
    const code = exitCodeOf({ code: smtp, text: `${enhanced} why` });
    expect(code === 75).toBe(smtp < 500);
    expect([65, 67, 69, 70, 75, 77]).toContain(code);
  }
});

describe('the lines', () => {
  const lineFor = (recipient: string, text = '5.7.1 no'): string =>
    refusalLines([{ recipient, reply: { code: 550, text } }])[0] ?? '';

  test('show no code', () => {
    expect(lineFor('sms.FGB45L@gw.example')).toBe('sms.••••@gw.example: 550 5.7.1 no');
    expect(lineFor('0612345678.FGB45L@gw.example')).toBe('0612345678.••••@gw.example: 550 5.7.1 no');
    expect(lineFor('FGB45LXYZ')).toBe('••••: 550 5.7.1 no');
  });

  test('are single lines without controls', () => {
    expect(lineFor('sms@gw.example', '5.7.1 one\n5.7.1 two\u001b[2J')).toBe('sms@gw.example: 550 5.7.1 one two [2J');
  });
});
