// Content-Transfer-Encoding: encoded bytes → bytes. Lenient, as mails are broken on their way: never throws.
// Base64 that is none (a gateway that rewrote the body and left the label) is given back as it is.
// Source: RFC 2045 §6.

/** `encoding` is the field's value in lower case; what is neither base64 nor quoted-printable is taken as it stands. */
export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return decodeBase64(bytes);
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(bytes);
  return bytes;
}

/** Ends at the first line that is none: virus scanners and lists put plain footers under encoded texts. */
export function decodeBase64(bytes: Buffer): Buffer {
  const lines: string[] = [];
  for (const line of bytes.toString('latin1').split('\n')) {
    const words = line.trim();
    if (!looksEncoded(words)) break;
    lines.push(words);
  }
  // Padding ends a block: some programs encode in blocks and put them one after the other.
  const blocks = lines.join('').split(/=+/);
  const decoded = Buffer.concat(blocks.map((block) => Buffer.from(block.replace(/[^A-Za-z0-9+/]/g, ''), 'base64')));
  return decoded.length === 0 ? bytes : decoded;
}

/** A single damaged character is skipped, as clients do; words with spaces, or a line mostly foreign, are text. */
function looksEncoded(line: string): boolean {
  if (/\s/.test(line)) return false;
  const foreign = line.replace(/[A-Za-z0-9+/=]/g, '').length;
  return foreign * 10 <= line.length;
}

/** An equals sign without two hexadecimal digits stands for itself. Line ends come out as LF. */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  let text = '';
  let soft = true;
  for (const line of bytes.toString('latin1').split('\n')) {
    if (!soft) text += '\n';
    const end = significantLength(line);
    soft = line[end - 1] === '=';
    text += line.slice(0, soft ? end - 1 : end);
  }
  return Buffer.from(
    text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}

/** White space at the end of a line was added on the way. A loop, as `\s+$` is quadratic on a line of spaces. */
function significantLength(line: string): number {
  let end = line.length;
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end--;
  return end;
}
