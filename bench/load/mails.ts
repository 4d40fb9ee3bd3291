// The mails of the load. Each kind is made once, as bytes with places for numbers; a mail is those bytes with its own
// number written in: text, Message-ID and phone numbers differ from mail to mail, and nothing is allocated.

export const DOMAIN = 'sms.example.fr';
export const SENDER = 'bench@example.fr';
export const CODE = 'BENCH7';
export const RECIPIENT = `sms@${DOMAIN}`;

export const MAIL_KINDS = ['plain', 'alternative', 'outlook', 'attachment'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** Written over with the number of the mail, in as many digits. */
const NUMBER = '@@@@@@@@@@';
/** The last four digits of two phone numbers; no message leaves this machine. */
const [PHONE, OTHER_PHONE] = ['%%%%', '&&&&'];
const PHONES = 10_000;

const TEXT = `Bonjour, votre rendez-vous n. ${NUMBER} est pour demain à 14 h 30, bâtiment B.`;
const SIGNATURE = 'Service des rendez-vous, 12 rue des Exemples, 75000 Paris - https://www.example.fr/\r\n';

const [PLAIN_BYTES, ALTERNATIVE_BYTES, OUTLOOK_BYTES] = [1024, 8_704, 30_720];
const ATTACHMENT_BYTES = 25 * 1024 * 1024;

/** The mail ends with the dot of RFC 5321. */
export class Mail {
  readonly bytes: Buffer;
  readonly #places: readonly (readonly [token: string, offsets: readonly number[]])[];

  constructor(kind: MailKind) {
    this.bytes = Buffer.from(`${MAKERS[kind]()}\r\n.\r\n`);
    this.#places = [NUMBER, PHONE, OTHER_PHONE].map((token) => [token, offsetsOf(this.bytes, token)]);
  }

  /** These bytes are now the mail of that number; the one before must have left. */
  become(number: number): void {
    for (const [token, offsets] of this.#places) {
      const shift = token === OTHER_PHONE ? PHONES / 2 : 0;
      const value = token === NUMBER ? number : (number + shift) % PHONES;
      for (const offset of offsets) writeDigits(this.bytes, value, offset, token.length);
    }
  }
}

function writeDigits(bytes: Buffer, value: number, offset: number, length: number): void {
  let rest = value;
  for (let place = offset + length - 1; place >= offset; place -= 1) {
    bytes[place] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

function offsetsOf(bytes: Buffer, token: string): number[] {
  const offsets: number[] = [];
  for (let at = bytes.indexOf(token); at >= 0; at = bytes.indexOf(token, at + token.length)) offsets.push(at);
  return offsets;
}

const MAKERS: Readonly<Record<MailKind, () => string>> = {
  plain: () => {
    const header = headerWith('Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit');
    return filled(`${header}\r\n${TEXT}\r\n-- \r\n`, SIGNATURE, PLAIN_BYTES);
  },
  alternative: () => {
    const header = headerWith('Content-Type: multipart/alternative; boundary="=_bench"');
    const html = filled(`<html><body><p>${TEXT}</p>\r\n`, HTML_LINE, ALTERNATIVE_BYTES - 1_400);
    const parts = [
      part('text/plain; charset=utf-8', '8bit', `${TEXT}\r\n-- \r\n${SIGNATURE.repeat(8)}`),
      part('text/html; charset=utf-8', '8bit', `${html}</body></html>\r\n`),
    ];
    return `${header}\r\n${parts.join('')}--=_bench--`;
  },
  outlook: () => {
    const type = 'multipart/related; boundary="=_bench"; type="multipart/alternative"';
    const header = headerWith(`Content-Type: ${type}`, 'X-Mailer: Microsoft Outlook 16.0', 'Thread-Index: AdqBench==');
    const inner = [
      part(
        'text/plain; charset="iso-8859-1"',
        'quoted-printable',
        `${quoted(TEXT)}\r\n--=20\r\n${SIGNATURE}`,
        '=_inner',
      ),
      part('text/html; charset="iso-8859-1"', 'quoted-printable', outlookHtml(OUTLOOK_BYTES - 10_400), '=_inner'),
    ].join('');
    const alternative = `${inner}--=_inner--\r\n`;
    const parts = [
      part('multipart/alternative; boundary="=_inner"', '7bit', alternative),
      part('image/png; name="image001.png"', 'base64', base64Lines(6_400)),
    ];
    return `${header}\r\n${parts.join('')}--=_bench--`;
  },
  attachment: () => {
    const header = headerWith('Content-Type: multipart/mixed; boundary="=_bench"');
    const parts = [
      part('text/plain; charset=utf-8', '8bit', `${TEXT}\r\n`),
      part('application/pdf; name="plan.pdf"', 'base64', base64Lines(Math.floor((ATTACHMENT_BYTES * 3) / 4 / 1.03))),
    ];
    return `${header}\r\n${parts.join('')}--=_bench--`;
  },
};

function headerWith(...fields: readonly string[]): string {
  const common = [
    `From: Rendez-vous <${SENDER}>`,
    `To: ${RECIPIENT}`,
    `Subject: ${CODE}:068484${PHONE}-066091${OTHER_PHONE}`,
    'Date: Mon, 23 Nov 2026 09:00:00 +0100',
    `Message-ID: <bench.${NUMBER}@example.fr>`,
    'MIME-Version: 1.0',
  ];
  return [...common, ...fields, ''].join('\r\n');
}

function part(type: string, encoding: string, body: string, boundary = '=_bench'): string {
  return `--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;
}

/** `line` again and again, so that all is about `bytes` long. */
function filled(begin: string, line: string, bytes: number): string {
  return begin + line.repeat(Math.max(0, Math.ceil((bytes - begin.length) / line.length)));
}

const HTML_LINE =
  '<p style="margin:0;font-family:Calibri,Arial,sans-serif;font-size:11pt;color:#1f497d">Service des rendez-vous &amp; accueil, <a href="https://www.example.fr/">www.example.fr</a></p>\r\n';

const quoted = (text: string): string => Array.from(text, (one) => (one > '~' ? hexOf(one) : one)).join('');
const hexOf = (letter: string): string => `=${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;

function outlookHtml(bytes: number): string {
  const style = '@font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}\r\n';
  const head = filled('<html xmlns:o=3D"urn:schemas-microsoft-com:office:office"><head><style>\r\n', style, bytes / 2);
  const body = `</style></head><body><p class=3D"MsoNormal">${quoted(TEXT)}</p>\r\n`;
  const line =
    '<p class=3D"MsoNormal"><span style=3D"font-size:10.0pt;color:#44546A">=\r\nService<o:p></o:p></span></p>\r\n';
  return `${filled(head + body, line, bytes)}</body></html>\r\n`;
}

/** Bytes that do not compress, always the same. */
function base64Lines(bytes: number): string {
  const content = Buffer.alloc(bytes);
  for (let index = 0, seed = 7; index < bytes; index += 1) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    content[index] = seed >>> 16;
  }
  return content.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
}
