// A small mail without structure (one text, as scripts, monitoring and many clients write it) → what the core needs of it,
// at once and in the caller's thread: what can be asked of it is bounded by its size and its charsets. Null: not that
// simple; the parser with all its caps (parse.ts) must look at it. Both give the same, which test/mail/simple.test.ts holds.

import type { ParsedMail } from '../core/types.js';
import { isCommonCharset } from './charset.js';
import { readHeader } from './header.js';
import { plainBody, type TextPart } from './plain.js';

/** The worst kinds of so many bytes take a few milliseconds (docs/adr/0006-the-accept-path.md). */
const MAX_BYTES = 8 * 1024;

const CONTENT_TYPE =
  /^content-type:[ \t]*text\/plain[ \t]*(?:;[ \t]*charset=(?:"([\w.:+-]+)"|([\w.:+-]+))[ \t]*)?(?:;[ \t]*format=(flowed|fixed)[ \t]*)?(?:;[ \t]*delsp=(yes|no)[ \t]*)?;?[ \t]*$/i;
const TRANSFER_ENCODING = /^content-transfer-encoding:[ \t]*(7bit|8bit|binary|quoted-printable|base64)[ \t]*$/i;
/** Fields that decide how the body is read. */
const DECIDES = /^content-(?:type|transfer-encoding|disposition)/i;

export function parseSimple(raw: Uint8Array): ParsedMail | null {
  if (raw.length > MAX_BYTES) return null;
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const end = endOfHeader(bytes);
  if (end === null) return null;
  const header = bytes.subarray(0, end.header);
  const part = readPart(header.toString('latin1'), bytes.subarray(end.body));
  return part && { ...readHeader(header), body: plainBody(part) ?? { kind: 'none' } };
}

/** The first empty line. */
function endOfHeader(bytes: Buffer): { header: number; body: number } | null {
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    const next = bytes[at + 1] === 0x0d ? at + 2 : at + 1;
    if (bytes[next] === 0x0a) return { header: at + 1, body: next + 1 };
  }
  return null;
}

function readPart(header: string, body: Buffer): TextPart | null {
  // What is strange already here is nothing to be quick about.
  if (/^\s|\r(?!\n)|\0/.test(header) || !wordCharsets(header).every(isCommonCharset)) return null;
  let type: RegExpExecArray | null = null;
  let encoding: string | null = null;
  const lines = header.split(/\r?\n/);
  for (const [at, line] of lines.entries()) {
    if (!DECIDES.test(line)) continue;
    if (/^[ \t]/.test(lines[at + 1] ?? '')) return null;
    const found = { type: CONTENT_TYPE.exec(line), encoding: TRANSFER_ENCODING.exec(line)?.[1] ?? null };
    const isAgain = (found.type !== null && type !== null) || (found.encoding !== null && encoding !== null);
    if ((!found.type && found.encoding === null) || isAgain) return null;
    type ??= found.type;
    encoding ??= found.encoding;
  }
  const charset = type?.[1] ?? type?.[2] ?? null;
  if (!isCommonCharset(charset)) return null;
  return {
    charset,
    encoding: encoding?.toLowerCase() ?? '',
    flowed: type?.[3]?.toLowerCase() === 'flowed',
    delSp: type?.[3]?.toLowerCase() === 'flowed' && type[4]?.toLowerCase() === 'yes',
    chunks: [body],
  };
}

/** Of all that may be an encoded word, in whichever field. */
function wordCharsets(header: string): readonly string[] {
  const [, ...words] = header.split('=?');
  return words.map((word) => /^[^?*]*/.exec(word)?.[0] ?? '');
}
