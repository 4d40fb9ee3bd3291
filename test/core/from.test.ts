import { describe, expect, test } from 'vitest';

import { parseFrom, plainAddress } from '../../src/core/from.js';

const REFUSED = { ok: false, error: { reason: 'from-malformed', params: {} } };

describe('one plain address', () => {
  test.each([
    ['alice@example.fr'],
    [' alice@example.fr\t'],
    ['Alice@EXAMPLE.fr'],
    ['<alice@example.fr>'],
    ['Alice <alice@example.fr>'],
    ['Alice<alice@example.fr>'],
    ['Alice M. Dupont <alice@example.fr>'],
    ['"Dupont, Alice" <alice@example.fr>'],
    ['"a \\"b\\" \\\\" <alice@example.fr>'],
    ['"boss@client.fr" <alice@example.fr>'],
    ['"<boss@client.fr>" <alice@example.fr>'],
    ['=?UTF-8?Q?Andr=C3=A9?= =?UTF-8?Q?_D?= <alice@example.fr>'],
    ['André Émile <alice@example.fr>'],
    ['[Nagios] <alice@example.fr>'],
    ['(boss@client.fr) Alice (x) "y" <alice@example.fr> (a (b) \\) c)'],
    ['(x) alice@example.fr'],
    ['alice@example.fr (Cron Daemon)'],
    ['Alice\r\n <alice@example.fr>'],
  ])('%s', (field) => {
    expect(parseFrom([field])).toEqual({ ok: true, value: 'alice@example.fr' });
  });

  test.each(["o'brien+tag@mail.example.fr", 'root@nas', '=?utf-8?q?x?=@a.fr', 'a@my_host.lan'])('%s', (field) => {
    expect(parseFrom([field])).toEqual({ ok: true, value: field });
  });
});

describe('anything that two readers could take for two addresses', () => {
  test.each([
    'victim@client.fr .evil.fr',
    'victim@client.fr(c).evil.fr',
    'victim@client.fr(c)',
    '"victim"@client.fr(x)evil.fr',
    '"victim"@client.fr',
    '<victim@client.fr .evil.fr>',
    '<victim@client.fr(c).evil.fr>',
    '< victim@client.fr>',
    '<victim@client.fr >',
    'victim @client.fr',
    'victim@ client.fr',
    'vic(x)tim@client.fr',
    'victim@client.fr <evil@evil.fr>',
    'victim@client.fr, evil@evil.fr',
    'Victim <victim@client.fr>, evil@evil.fr',
    'Victim <victim@client.fr> <evil@evil.fr>',
    '<victim@client.fr> evil',
    '<<victim@client.fr>>',
    '<victim@client.fr>evil.fr',
    '<@evil.fr:victim@client.fr>',
    '<@evil.fr,@b.fr:victim@client.fr>',
    'Group: victim@client.fr;',
    'undisclosed-recipients:;',
    'Victim victim@client.fr',
    '"x" victim@client.fr',
    'victim@client.fr\u0000.evil.fr',
    'victim@client.fr\r\nX: y',
    'victim@client.fr\r\n .evil.fr',
    'victim@client.fr\u00A0',
    'victim@client.fr\u200B',
    'victim@\u212Aclient.fr',
    'victim@clıent.fr',
    'vıctim@client.fr',
    'victim@client.fr.',
    'victim@.client.fr',
    'victim@client..fr',
    '.victim@client.fr',
    'vic..tim@client.fr',
    'victim@[192.0.2.1]',
    'victim@-client.fr',
    'victim@client.fr@evil.fr',
    'victim',
    'victim@',
    '@client.fr',
    '<>',
    'Alice',
    '=?utf-8?q?victim=40client.fr?=',
    '(unclosed alice@example.fr',
    'alice@example.fr (unclosed',
    '"unclosed <alice@example.fr>',
    'Alice <alice@example.fr',
    ') <alice@example.fr>',
    'Alice @ home <alice@example.fr>',
    'Dupont, Alice <alice@example.fr>',
    `${'a'.repeat(65)}@example.fr`,
    `a@${'b'.repeat(64)}.fr`,
    `a@${'b.'.repeat(130)}fr`,
    `${'x '.repeat(6000)}<alice@example.fr>`,
    '',
    ' ',
  ])('%j', (field) => {
    expect(parseFrom([field])).toEqual(REFUSED);
  });

  test('no field, and more than one', () => {
    expect(parseFrom([])).toEqual(REFUSED);
    expect(parseFrom(['alice@example.fr', 'alice@example.fr'])).toEqual(REFUSED);
    expect(parseFrom(['alice@example.fr', ''])).toEqual(REFUSED);
  });
});

test('plainAddress', () => {
  expect(plainAddress('Alice@Example.FR')).toBe('alice@example.fr');
  expect(plainAddress(' alice@example.fr')).toBeNull();
  expect(plainAddress('alice@example.fr\n')).toBeNull();
});
