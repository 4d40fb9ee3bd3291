// What sendmail makes of its input: the header completed, Bcc gone, the body as it was.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addressesIn, isSendable, qualified } from '../../src/sendmail/addresses.js';
import { completed, endAtLoneDot, headerRecipients, readMessage, type Origin } from '../../src/sendmail/message.js';

const ORIGIN: Origin = {
  address: 'web@host.example',
  fullName: null,
  host: 'host.example',
  date: new Date(Date.UTC(2026, 10, 23, 9, 0, 5)),
  uniqueId: 'once',
};
const ADDED = [
  'From: web@host.example',
  'Date: Mon, 23 Nov 2026 09:00:05 +0000',
  'Message-ID: <once@host.example>',
  '',
].join('\r\n');

const made = (input: string, origin: Origin = ORIGIN): string => completed(readMessage(input), origin);
const headerOf = (mail: string): string => mail.slice(0, mail.indexOf('\r\n\r\n') + 2);

describe('the header', () => {
  test('From, Date and Message-ID are added where they are missing', () => {
    expect(made('Subject: x\n\nbody\n')).toBe(`Subject: x\r\n${ADDED}\r\nbody\r\n`);
  });

  test('what is there stays as it is', () => {
    const whole = 'FROM: a@b.fr\r\ndate: then\r\nMessage-Id: <1@b>\r\nX-Odd :  two\r\n\tlines\r\n\r\nbody\r\n';
    expect(made(whole)).toBe(whole);
  });

  test('a Message-ID that is none would not be known again: it is replaced', () => {
    expect(made('From: a@b.fr\nDate: then\nMessage-ID:\n\n')).toBe(
      'From: a@b.fr\r\nDate: then\r\nMessage-ID: <once@host.example>\r\n\r\n',
    );
  });

  test.each([
    ['no header at all', 'just text\nsecond\n', 'just text\r\nsecond\r\n'],
    ['a header that nobody ended', 'Subject: x\njust text\n', 'just text\r\n'],
    ['nothing', '', ''],
    ['an empty line first', '\nSubject: is text\n', 'Subject: is text\r\n'],
  ])('%s', (_name, input, body) => {
    const mail = made(input);
    expect(mail.slice(mail.indexOf('\r\n\r\n') + 4)).toBe(body);
    expect(headerOf(mail)).toContain(ADDED);
  });

  test.each(['From alice Mon Nov 23 09:00:00 2026\n', '>From alice\n'])(
    'the line of a mailbox is dropped: %j',
    (line) => {
      expect(made(`${line}Subject: x\n\n`)).toBe(`Subject: x\r\n${ADDED}\r\n`);
    },
  );

  test.each([
    ['From: root (Cron Daemon)', 'From: root@host.example (Cron Daemon)'],
    ['From: root', 'From: root@host.example'],
    ['From: "Cron" <root>', 'From: "Cron" <root@host.example>'],
    ['From: alice@example.fr', 'From: alice@example.fr'],
    ['From: Alice <alice@example.fr>', 'From: Alice <alice@example.fr>'],
    ['From: a, b', 'From: a, b'],
  ])('%s', (given, expected) => {
    expect(made(`${given}\n\n`)).toContain(`${expected}\r\n`);
  });

  test.each([
    ['Cron Daemon', 'From: "Cron Daemon" <web@host.example>'],
    ['a "b" \\ c', 'From: "a \\"b\\" \\\\ c" <web@host.example>'],
    ['x\r\nBcc: evil@example.com', 'From: "x Bcc: evil@example.com" <web@host.example>'],
    ['Éva', 'From: =?utf-8?B?w4l2YQ==?= <web@host.example>'],
  ])('-F %j', (fullName, expected) => {
    expect(made('\n', { ...ORIGIN, fullName })).toContain(`${expected}\r\n`);
  });
});

describe('the end', () => {
  test.each([
    ['a\n.\nb\n', 'a\n'],
    ['a\r\n.\r\nb', 'a\r\n'],
    ['.\na', ''],
    ['a\n.', 'a\n'],
    ['a\n..\n.b\nc.\n', 'a\n..\n.b\nc.\n'],
  ])('%j ends at a lone dot', (input, expected) => {
    expect(endAtLoneDot(input)).toBe(expected);
  });
});

describe('the body', () => {
  test('line ends become CRLF, every other byte stays', () => {
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const body = `${bytes.replace(/[\r\n]/g, '')}\n\r\n\x80\xff.\n`;
    const mail = made(`Subject: x\n\n${body}`);
    expect(mail.endsWith(`\r\n\r\n${body.replace(/\r?\n/g, '\r\n')}`)).toBe(true);
  });
});

describe('recipients in the header', () => {
  const recipients = (header: string): string[] => headerRecipients(readMessage(`${header}\n\nTo: body@example.com\n`));

  test.each([
    ['To: a@x, b@y\nCc: c@z\nBcc: d@w\nReply-To: no@x', ['a@x', 'b@y', 'c@z', 'd@w']],
    ['to : "A, B" <a@x>,\n\t(c, d) b@y', ['a@x', 'b@y']],
    ['To: Friends: a@x, b@y;, c@z', ['a@x', 'b@y', 'c@z']],
    ['To: undisclosed-recipients:;', []],
    ['To: "06 12"@x, <@relay,@b:c@z>', ['"06 12"@x', 'c@z']],
    ['To: a@x\nResent-To: b@y\nResent-Bcc: c@z', ['b@y', 'c@z']],
    ['To: \xc3\xa9@x', ['é@x']],
    ['To: sms.CODE', ['sms.CODE']],
    ['Subject: x', []],
  ])('%j', (header, expected) => {
    expect(recipients(header)).toEqual(expected);
  });
});

test.each([
  ['sms', 'gw', 'sms@gw'],
  ['a@b', 'gw', 'a@b'],
  ['"a@b"', 'gw', '"a@b"@gw'],
  ['', 'gw', ''],
  ['sms', null, 'sms'],
])('%j is completed with %j: %j', (address, domain, expected) => {
  expect(qualified(address, domain)).toBe(expected);
});

test.each([
  ['a@b', true],
  ['"06 12 <>"@b', true],
  ['é@b', true],
  ['a b@c', false],
  ['a@b> SIZE=1', false],
  ['a@b\r\nDATA', false],
  ['"a\r\nDATA"@b', false],
  ['"a\0"@b', false],
])('%j may stand in a command: %s', (address, expected) => {
  expect(isSendable(address)).toBe(expected);
});

describe('whatever comes in', () => {
  const end = fc.constantFrom('\n', '\r\n');
  const fold = fc.tuple(end, fc.constantFrom(' ', '\t', '  \t')).map((pieces) => pieces.join(''));
  const field = (names: readonly string[], word: string) =>
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(':', ': ', ' :'), fc.array(fold), end)
      .map(
        ([name, colon, folds, last]) => `${name}${colon}a@b,${folds.map((one) => `${one}${word},`).join('')}${last}`,
      );
  const hidden = field(['Bcc', 'BCC', 'bcc', 'Resent-Bcc'], 'secret@hidden.example');
  const open = field(['To', 'Subject', 'From', 'X', 'X-Bcc', 'Message-ID'], 'seen@shown.example');
  const header = fc.array(fc.oneof(hidden, open)).map((fields) => fields.join(''));

  test('a Bcc never leaves, however it is folded, and takes no other field along', () => {
    fc.assert(
      fc.property(header, (fields) => {
        const shown = headerOf(made(`${fields}\nbody\n`));
        expect(shown).not.toContain('secret@hidden.example');
        expect(shown).not.toMatch(/^(?:resent-)?bcc/im);
        const count = (text: string): number => text.split('seen@shown.example').length;
        // A Message-ID without brackets is replaced by one that is an id.
        expect(count(shown)).toBe(count(fields.replace(/^Message-ID[^\n]*(?:\n[ \t][^\n]*)*/gm, '')));
      }),
      { numRuns: 1000 },
    );
  });

  test('nothing throws, the other fields and the body are whole, and no line end is bare', () => {
    fc.assert(
      fc.property(header, fc.string({ unit: fc.constantFrom('a', '.', '\n', '\r\n', '\xe9') }), (lines, body) => {
        const mail = made(`Subject: kept\n${lines}\n${body}`);
        expect(mail).toMatch(/^Subject: kept\r\n/);
        expect(mail.replaceAll('\r\n', '')).not.toMatch(/\n/);
        const crlf = body.replace(/\r?\n/g, '\r\n');
        expect(mail.slice(headerOf(mail).length + 2).replace(/(\r\n)?$/, '')).toBe(crlf.replace(/(\r\n)?$/, ''));
      }),
      { numRuns: 1000 },
    );
  });

  test('any bytes, any text of addresses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const latin1 = Buffer.from(text).toString('latin1');
        expect(made(endAtLoneDot(latin1))).toContain('\r\n\r\n');
        expect(addressesIn(text)).toBeInstanceOf(Array);
        for (const address of addressesIn(text).filter(isSendable)) expect(address).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 1000 },
    );
  });
});
