// Mails and conversations made to stop a mail server. Each is made when it is needed, as they are large.
// Source: what was observed of smtp-server and mailparser, and what people have done to mail servers since.

const MB = 1e6;

/** Header lines without the fields of the envelope, and the body. */
export interface Bomb {
  readonly name: string;
  readonly header?: string;
  readonly body: () => string | Buffer;
  /** The body goes on with the header. */
  readonly joined?: true;
}

const html = 'Content-Type: text/html\r\n';
const utf8 = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n';
const mixed = 'Content-Type: multipart/mixed; boundary=b\r\n';

function nested(depth: number): string {
  return Array.from({ length: depth }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`)
    .join('')
    .concat('\r\nBonjour');
}

export const BOMBS: readonly Bomb[] = [
  { name: '10 MB of newlines', body: () => Buffer.alloc(10 * MB, '\r\n') },
  { name: '5 MB of HTML', header: html, body: () => '<p>Bonjour <b>a</b> tous</p>\r\n'.repeat(185_000) },
  { name: 'a line of 50 MB', body: () => Buffer.alloc(50 * MB, 'a') },
  { name: '250 KB of nested div', header: html, body: () => '<div>'.repeat(50_000) },
  { name: '1 MB of nested tables', header: html, body: () => '<table><tr><td>'.repeat(70_000) },
  { name: '2,000 levels of MIME', joined: true, body: () => nested(2_000) },
  { name: '100,000 header fields', header: 'X-A: b\r\n'.repeat(100_000), body: () => 'Bonjour' },
  { name: '20,000 short fields', header: 'a:\r\n'.repeat(20_000), body: () => 'Bonjour' },
  { name: '10,000 parts', header: mixed, body: () => '--b\r\nContent-Type: image/png\r\n\r\nx\r\n'.repeat(10_000) },
  {
    name: '10 MB of base64 that is none',
    header: 'Content-Transfer-Encoding: base64\r\n',
    body: () => '=/+A\r\n'.repeat(1_700_000),
  },
  {
    name: '10 MB of an archive in an archive',
    header: mixed,
    body: () => `--b\r\nContent-Type: application/zip\r\n\r\n${'PK\x03\x04\x14\x00'.repeat(1_600_000)}\r\n--b--\r\n`,
  },
  { name: '15,000 encoded words', header: `Subject: ${'=?utf-8?q?a?= '.repeat(15_000)}\r\n`, body: () => 'x' },
  { name: 'an encoded word of 200 KB', header: `Subject: =?utf-8?b?${'QUJD'.repeat(50_000)}?=\r\n`, body: () => 'x' },
  { name: '60,000 addresses in From', header: `From: ${'a@b.fr, '.repeat(30_000)}\r\n`, body: () => 'x' },
  { name: '10,000 references', header: `References: ${'<a@b.fr> '.repeat(10_000)}\r\n`, body: () => 'x' },
  { name: '20,000 numbers in the subject', header: `Subject: ${'0612345678-'.repeat(20_000)}\r\n`, body: () => 'x' },
  { name: '4 MB of dots that begin a line', body: () => '..\r\n'.repeat(1_000_000) },
  {
    name: '8 MB of spaces in quoted-printable',
    header: 'Content-Transfer-Encoding: quoted-printable\r\n',
    body: () => ' '.repeat(8 * MB),
  },
  { name: '2 MB of families of emoji', header: utf8, body: () => '👨‍👩‍👧‍👦'.repeat(80_000) },
  { name: 'a letter with 500,000 accents', header: utf8, body: () => `a${'\u0301'.repeat(500_000)}` },
  { name: '500,000 quoted lines', body: () => '> > a\r\n'.repeat(500_000) },
  { name: '40,000 <SMS> tags', body: () => '<SMS>'.repeat(40_000) },
];

/** As a whole, without its end. */
export function bombMail({ header = '', body, joined }: Bomb, from: string, subject: string): Buffer {
  const own = /^From: /m.test(header) ? '' : `From: ${from}\r\n`;
  const about = /^Subject: /m.test(header) ? '' : `Subject: ${subject}\r\n`;
  return Buffer.concat([Buffer.from(`${own}${about}${header}${joined ? '' : '\r\n'}`), Buffer.from(body())]);
}

const QUIT = 'QUIT\r\n';

/** Said all at once behind the greeting. `inner`: a whole mail that must not come in through another one. */
export function conversations(inner: string): ReadonlyMap<string, string | Buffer> {
  const open = 'EHLO x\r\nMAIL FROM:<a@stranger.example>\r\nRCPT TO:<sms.NOTTHECODE@sms.example.fr>\r\n';
  const mail = `${open}DATA\r\nSubject: 0612345678\r\n\r\nx`;
  const smuggled = [
    '\n.\n',
    '\n.\r\n',
    '\r.\r',
    '\r\n.\r',
    '\r\n.\n',
    '\r\n\0.\r\n',
    '\r\n.\0\r\n',
    '\r.\r\n',
    '\n.\r',
  ];
  return new Map<string, string | Buffer>([
    ['100,000 recipients', `${open}${'RCPT TO:<sms.NOTTHECODE@sms.example.fr>\r\n'.repeat(100_000)}${QUIT}`],
    ['10,000 NOOP and RSET', `EHLO x\r\n${'NOOP\r\nRSET\r\n'.repeat(10_000)}${QUIT}`],
    ['10,000 EHLO', `${'EHLO x\r\n'.repeat(10_000)}${QUIT}`],
    ['10,000 transactions without a mail', `EHLO x\r\n${'MAIL FROM:<a@b.example>\r\nRSET\r\n'.repeat(10_000)}${QUIT}`],
    ['a command of 10 MB', Buffer.alloc(10 * MB, 'A')],
    ['10 MB of NUL', Buffer.alloc(10 * MB)],
    ['10,000 commands that are none', `${'BOGUS\r\n'.repeat(10_000)}${QUIT}`],
    ['AUTH without TLS', `EHLO x\r\n${'AUTH PLAIN AGEAYg==\r\n'.repeat(1_000)}${QUIT}`],
    ['STARTTLS and then none', `EHLO x\r\nSTARTTLS\r\n${'\x16\x03\x01'.repeat(10_000)}`],
    ...smuggled.map(
      (end) => [`smuggled behind ${JSON.stringify(end)}`, `${mail}${end}${inner}\r\n.\r\n${QUIT}`] as const,
    ),
  ]);
}
