import { describe, expect, test } from 'vitest';

import { parseRecipient } from '../../src/core/address.js';

const DOMAINS = ['gw.example', 'SMS.Example'];

/** `3 FGB45L → 0684843556`, one for each reading, or the reason of the refusal. */
function readings(address: string, proven = false): string[] | string {
  const forms = parseRecipient(address, DOMAINS, proven);
  if (!forms.ok) return forms.error.reason;
  return forms.value.map((form) => {
    if (form.syntax === 1) return '1';
    if (form.syntax === null) return `alone → ${form.destinations}`;
    if (form.syntax === 'answer') return `answer ${form.replyId} ${form.code}`;
    return form.syntax === 2 ? `2 ${form.code}` : `${form.syntax} ${form.code} → ${form.destinations}`;
  });
}

describe('forms', () => {
  test.each([
    ['sms@gw.example', '1'],
    ['"sms"@gw.example', '1'],
    ['sms@gw.example.', '1'],
    ['SMS@sms.EXAMPLE', '1'],
    ['SMS.FGB45L@gw.example', '2 FGB45L'],
    ['sms.0684843556@gw.example', '2 0684843556'],
    ['FGB45L.0684843556@gw.example', '3 FGB45L → 0684843556'],
    ['FGB45L.0033684843556@gw.example', '3 FGB45L → 0033684843556'],
    ['FGB45L.33684843556@gw.example', '3 FGB45L → 33684843556'],
    ['FGB45L.%2B33684843556@gw.example', '3 FGB45L → +33684843556'],
    ['FGB45L.06.84.84.35.56@gw.example', '3 FGB45L → 06.84.84.35.56'],
    ['FGB45L.0684843556-0660919010@gw.example', '3 FGB45L → 0684843556-0660919010'],
    ['FGB45L.equipe@gw.example', '3 FGB45L → equipe'],
    ['"FGB45L.Équipe Nord"@gw.example', '3 FGB45L → Équipe Nord'],
    ['"FGB45L.l\\\'equipe"@gw.example', "3 FGB45L → l'equipe"],
    ['FGB45L.Equipe%20Nord@gw.example', '3 FGB45L → Equipe Nord'],
    ['FGB45L.Equipe-0684843556@gw.example', '3 FGB45L → Equipe-0684843556'],
    ['0684843556.FGB45L@gw.example', '4 FGB45L → 0684843556'],
    ['+33684843556.FGB45L@gw.example', '4 FGB45L → +33684843556'],
    ['06.84.84.35.56.FGB45L@gw.example', '4 FGB45L → 06.84.84.35.56'],
    ['0684843556-0660919010.FGB45L@gw.example', '4 FGB45L → 0684843556-0660919010'],
    ['0684843556.equipe@gw.example', '4 equipe → 0684843556'],
  ])('%s', (address, expected) => {
    expect(readings(address)).toEqual([expected]);
  });

  test('two numbers: 3 before 4', () => {
    const expected = ['3 0612345678 → 0684843556', '4 0684843556 → 0612345678'];
    expect(readings('0612345678.0684843556@gw.example')).toEqual(expected);
  });
});

describe('no form', () => {
  test.each([
    '@gw.example',
    '.@gw.example',
    'sms.@gw.example',
    'sms.short@gw.example',
    'sms.FGB45L.0684843556@gw.example',
    'sms+tag@gw.example',
    'sms%elsewhere.example@gw.example',
    'FGB45L.0684843556+tag@gw.example',
    'FGB45L.0684843556%elsewhere.example@gw.example',
    'FGB45L.@gw.example',
    'FGB45L.-@gw.example',
    'FGB45L.a:b@gw.example',
    'FGB45L.FGB45L@gw.example',
    'FGB45L.equipe-fgb45l@gw.example',
    'FGB-45L.0684843556@gw.example',
    'short.0684843556@gw.example',
    `${'a'.repeat(65)}.0684843556@gw.example`,
    `FGB45L.${'a'.repeat(700)}@gw.example`,
    '0684843556.short@gw.example',
    '0684843556@gw.example',
    '"sms@gw.example',
    's"m"s@gw.example',
    'a@b@gw.example',
    'sms',
    '',
  ])('%s', (address) => {
    expect(readings(address)).toBe('recipient-malformed');
  });

  test.each(['sms@elsewhere.example', 'sms@gw.example.evil.example', 'hello@', 'sms@[127.0.0.1]', 'sms@gw.example..'])(
    'not served: %s',
    (address) => {
      expect(readings(address)).toBe('relay-denied');
    },
  );
});

describe('what is shown of an address', () => {
  test.each([
    ['sms@GW.example', 'sms@gw.example'],
    ['sms.FGB45L@gw.example', 'sms.••••@gw.example'],
    ['FGB45L.0684843556@gw.example', '••••.0684843556@gw.example'],
    ['0684843556.FGB45L@gw.example', '0684843556.••••@gw.example'],
  ])('%s', (address, shown) => {
    expect(parseRecipient(address, DOMAINS)).toMatchObject({ ok: true, value: [{ shown }] });
  });

  test.each([
    ['hello@gw.example', '••••@gw.example'],
    ['sms.FGB-45L@gw.example', 'sms.••••@gw.example'],
    ['sms.FGB45L.0684843556@gw.example', 'sms.••••.0684843556@gw.example'],
    ['FGB45L', '••••@gw.example'],
  ])('refused: %s', (given, address) => {
    const error = { reason: 'recipient-malformed', params: { address, domain: 'gw.example' } };
    expect(parseRecipient(given, DOMAINS)).toEqual({ ok: false, error });
  });

  test('a domain goes into the reply without anything that could change it', () => {
    const error = { reason: 'relay-denied', params: { domain: 'evil??250 ok'.replace(' ', '?') } };
    expect(parseRecipient('sms@evil\r\n250 ok', DOMAINS)).toEqual({ ok: false, error });
  });
});

describe('where the session has proved who sends', () => {
  test.each([
    ['0684843556', ['alone → 0684843556']],
    ['+33684843556', ['alone → +33684843556']],
    ['06.84.84.35.56', ['alone → 06.84.84.35.56']],
    ['0684843556-0660919010', ['alone → 0684843556-0660919010']],
    ['Parents', ['alone → Parents']],
    ['"Équipe Nord-Est"', ['alone → Équipe Nord-Est']],
    ['sms', ['1']],
    ['sms.FGB45L', ['2 FGB45L']],
    ['FGB45L.0684843556', ['3 FGB45L → 0684843556']],
    ['0684843556.FGB45L', ['4 FGB45L → 0684843556']],
    // Nothing with a dot is a group: it could be a mistyped code.
    ['FGB.0684843556', 'recipient-malformed'],
    ['sms.FGB', 'recipient-malformed'],
    ['a+b', 'recipient-malformed'],
  ])('%s', (local, expected) => {
    expect(readings(`${local}@gw.example`, true)).toEqual(expected);
  });

  test.each(['0684843556', '+33684843556', 'Parents'])('%s is refused elsewhere', (local) => {
    expect(readings(`${local}@gw.example`)).toBe('recipient-malformed');
  });
});
