// Mails made to stop a parser, on this very thread: each comes to an end, and none throws. The ones that take longer
// than the daemon waits are in test/daemon/parse-pool.test.ts, where a thread is killed for them.
import { expect, test } from 'vitest';
import { parseMail } from '../../src/mail/parse.js';

const MIB = 1024 * 1024;
const bytes = (...pieces: (string | Buffer)[]): Buffer => Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
const html = (body: string): Buffer => bytes('Content-Type: text/html\r\n\r\n', body);
const encoded = (encoding: string, body: string): Buffer =>
  bytes(`Content-Transfer-Encoding: ${encoding}\r\n\r\n`, body);

function nested(depth: number): Buffer {
  const levels = Array.from(
    { length: depth },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
  );
  return bytes(levels.join(''), '\r\nBonjour');
}

const BOMBS: readonly (readonly [string, () => Buffer, string])[] = [
  ['10 MB of newlines', () => bytes('\r\n', Buffer.alloc(10 * MIB, '\n')), 'none'],
  ['a line of 50 MB', () => bytes('\r\n', Buffer.alloc(50 * MIB, 'a')), 'text'],
  ['8 MB of spaces in quoted-printable', () => encoded('quoted-printable', ' '.repeat(8 * MIB) + 'x'), 'none'],
  ['8 MB of soft line breaks', () => encoded('quoted-printable', '=\r\n'.repeat(3_000_000)), 'none'],
  ['base64 in a million blocks', () => encoded('base64', 'QQ==\r\n'.repeat(1_000_000)), 'text'],
  ['5 MB of HTML', () => html('<p>Bonjour <b>à</b> tous</p>\n'.repeat(190_000)), 'text'],
  ['250 KB of nested div', () => html('<div>'.repeat(50_000) + 'x'), 'none'],
  ['250 KB of nested quotes', () => html('<blockquote>'.repeat(21_000) + 'x'), 'text'],
  ['250 KB of nested lists', () => html('<ul><li>'.repeat(31_000) + 'x'), 'text'],
  ['a million open brackets', () => html('<'.repeat(MIB)), 'text'],
  ['open tags that never end', () => html('<a '.repeat(400_000)), 'none'],
  ['open comments', () => html('<!--'.repeat(300_000)), 'none'],
  ['a style of 1 MB', () => html(`<a style="display${' '.repeat(MIB)}">x`), 'none'],
  ['half a million attributes', () => html(`<a ${'b '.repeat(500_000)}>x`), 'text'],
  ['a million line breaks', () => html('<br>'.repeat(250_000)), 'none'],
  [
    'format=flowed quotes',
    () => bytes('Content-Type: text/plain; format=flowed\r\n\r\n', '> a \r\n'.repeat(MIB)),
    'text',
  ],
  [
    'an armor that never ends',
    () => bytes('\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n', 'Hash: a\r\n'.repeat(30_000)),
    'text',
  ],
  ['15,000 encoded words', () => bytes('Subject: ', '=?utf-8?q?a?= '.repeat(15_000), '\r\n\r\nx'), 'text'],
  ['encoded words that never end', () => bytes('Subject: ', '=?a?q?'.repeat(30_000), '\r\n\r\nx'), 'text'],
  ['20,000 From fields', () => bytes('From: a@b\r\n'.repeat(20_000), '\r\nx'), 'text'],
  ['20,000 parameters', () => bytes('Content-Type: text/plain', ';\r\n x*0=a'.repeat(20_000), '\r\n\r\nx'), 'text'],
  ['UTF-7 shifts', () => bytes('Content-Type: text/plain; charset=utf-7\r\n\r\n', '+'.repeat(5 * MIB)), 'text'],
  ['32 levels', () => nested(32), 'text'],
  ['33 levels', () => nested(33), 'mail-unreadable'],
  ['2,000 levels', () => nested(2_000), 'mail-unreadable'],
  [
    'delimiters that are none',
    () => bytes('Content-Type: multipart/mixed; boundary=x\r\n\r\n', '--a b\r\n'.repeat(500_000)),
    'mail-unreadable',
  ],
];

test.each(BOMBS)('%s', async (_, mail, outcome) => {
  const parsed = await parseMail(mail());
  expect(parsed.ok ? parsed.value.body.kind : parsed.error.reason).toBe(outcome);
});
