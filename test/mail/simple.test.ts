// The quick reader of simple mails against the parser: what it reads at all, it reads as the parser does. Over every mail
// of the fixtures and over generated ones, most of which are nearly simple.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseMail } from '../../src/mail/parse.js';
import { parseSimple } from '../../src/mail/simple.js';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures/mail');

/** True: it was read, and alike. */
async function agree(raw: Buffer): Promise<boolean> {
  const simple = parseSimple(raw);
  if (simple) expect({ ok: true, value: simple }).toEqual(await parseMail(raw));
  return simple !== null;
}

const variants = (raw: Buffer): Buffer[] => {
  const lf = raw.toString('latin1').replace(/\r\n/g, '\n');
  return [lf, lf.replace(/\n/g, '\r\n')].map((text) => Buffer.from(text, 'latin1'));
};

test('every mail of the fixtures, with LF and CRLF', async () => {
  const names = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml'));
  let simple = 0;
  for (const name of names) {
    for (const raw of variants(readFileSync(path.join(FIXTURES, name)))) simple += (await agree(raw)) ? 1 : 0;
  }
  expect(names.length).toBeGreaterThan(100);
  expect(simple).toBeGreaterThan(50);
});

describe('generated mails', () => {
  const anyCase = (text: string) => fc.mixedCase(fc.constant(text));
  const charset = fc.constantFrom('utf-8', 'ISO-8859-15', 'windows-1252', 'us-ascii', 'x-none', 'utf-16', '');
  const type = fc
    .tuple(
      fc.constantFrom(
        'text/plain',
        'TEXT/Plain',
        'text',
        'text/html',
        'multipart/mixed; boundary=b',
        'text/plain ',
        '',
      ),
      fc.option(charset.chain((name) => fc.constantFrom(name, `"${name}"`, `'${name}'`, `"${name}`, `${name} (x)`))),
      fc.constantFrom(
        '',
        '; format=flowed',
        ';format=Flowed; delsp=yes',
        '; delsp=yes',
        '; format="flowed"',
        ';',
        '; name=a',
      ),
      fc.constantFrom('', ' ', '\t', ' (comment)', '\r\n ; x=y'),
    )
    .map(
      ([value, name, rest, end]) => `Content-Type: ${value}${name === null ? '' : `; charset=${name}`}${rest}${end}`,
    );
  const encoding = fc
    .constantFrom(
      '7bit',
      '8BIT',
      'binary',
      'quoted-printable',
      'Base64',
      'x-uuencode',
      '7bit ',
      '',
      '7bit (x)',
      '"8bit"',
    )
    .map((value) => `Content-Transfer-Encoding: ${value}`);
  const field = fc.oneof(
    { weight: 3, arbitrary: type },
    { weight: 2, arbitrary: encoding },
    anyCase('Content-Type: text/plain; charset=utf-8'),
    anyCase('Content-Transfer-Encoding: quoted-printable'),
    fc.constantFrom(
      'Content-Disposition: inline',
      'Content-Disposition: attachment; filename=a.txt',
      'Content-Type : text/plain',
    ),
    fc.constantFrom(
      'From: a@x.fr',
      'Subject: =?utf-8?q?caf=C3=A9?= x',
      'Subject: =?iso-2022-jp?b?GyRCMnE=?= =?ISO-8859-15?q?=A4?= =?',
      'Subject: caf\xe9',
      'List-Id: <x>',
      'Received: x',
    ),
    fc.constantFrom(
      'Message-ID: <1@x.fr>',
      'Precedence: bulk',
      'Auto-Submitted: auto-generated',
      'References: <a@x> <b@x>',
    ),
    fc.constantFrom('no field', ' folded', '\tfolded', ': x', 'X:', '\0', 'X: \r y', ''),
  );
  const line = fc.oneof(
    fc.constantFrom(
      'Bonjour',
      'caf\xe9',
      'caf\xc3\xa9',
      '-- ',
      '> x',
      'y =',
      '=C3=A9',
      'Qm9uam91cg==',
      '--b',
      '.',
      '',
      ' ',
    ),
    fc.constantFrom(
      'flowed ',
      'text',
      '-----BEGIN PGP MESSAGE-----',
      '\0',
      'a\rb',
      '\xef\xbb\xbfx',
      '<p>',
      '\x93x\x94',
    ),
  );
  const mail = fc
    .tuple(
      fc.array(field, { maxLength: 6 }),
      fc.array(line, { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    )
    .map(([fields, lines, eol, separated]) =>
      Buffer.from(
        [...fields, ...(separated ? [''] : []), ...lines].join(eol).replace(/\r?\n ; x/g, `${eol} ; x`),
        'latin1',
      ),
    );

  test('alike', async () => {
    let simple = 0;
    await fc.assert(
      fc.asyncProperty(mail, async (raw) => {
        simple += (await agree(raw)) ? 1 : 0;
      }),
      { numRuns: 5000 },
    );
    // A reader that reads nothing would agree with everything.
    expect(simple).toBeGreaterThan(300);
  });
});

test('a large mail is none of its business', () => {
  expect(parseSimple(Buffer.from(`From: a@x.fr\n\n${'x'.repeat(8 * 1024)}`))).toBeNull();
});

describe('what takes a large table to decode is for the threads', () => {
  const mail = (type: string, subject: string): Buffer =>
    Buffer.from(`From: a@x.fr\nSubject: ${subject}\nContent-Type: text/plain${type}\n\nx\n`, 'latin1');
  const charset = (label: string): Buffer => mail(`; charset=${label}`, 's');
  const word = (start: string): Buffer => mail('', `${start}?q?x?=`);

  test.each(['utf-8', 'UTF8', 'us-ascii', 'ISO-8859-1', 'iso-8859-15', '"windows-1252"', 'latin1'])(
    '%s is none of it',
    (label) => {
      expect(parseSimple(charset(label))).toMatchObject({ body: { text: 'x\n' } });
      expect(parseSimple(word(`=?${label.replace(/"/g, '')}`))).toMatchObject({ subject: 'x' });
    },
  );

  test.each(['iso-2022-jp', 'gb18030', 'GBK', 'euc-kr', 'big5', 'shift_jis', 'euc-jp', 'utf-7', 'koi8-r', 'x-none'])(
    '%s',
    (label) => {
      expect(parseSimple(charset(label))).toBeNull();
      expect(parseSimple(word(`=?${label}`))).toBeNull();
    },
  );

  test.each([
    ['with a language', '=?gb18030*zh'],
    ['with letters that iconv-lite leaves out', '=?gb\xff18030'],
    ['behind one that is common', '=?utf-8?q?a?= =?big5'],
    ['behind one that is broken', '=?utf-8=?euc-kr'],
    ['folded', 'a\n =?euc-jp'],
  ])('an encoded word %s', (_, start) => {
    expect(parseSimple(word(start))).toBeNull();
  });

  test('in any field', () => {
    expect(parseSimple(Buffer.from('Message-ID: <=?big5?b?pKQ=?=@x>\nFrom: a@x.fr\n\nx'))).toBeNull();
  });
});
