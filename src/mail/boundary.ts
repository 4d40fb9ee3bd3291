// The body of a multipart whose boundary parameter is missing or wrong → the boundary that stands in it.
// Gateways that rewrite Content-Type lose it; the parts themselves are whole. Never throws.
// Source: RFC 2046 §5.1.1 (a delimiter line, then the header of a part).

const SEARCHED_BYTES = 64 * 1024;
const FIRST_DELIMITER = /^--([^\s"][^\r\n"]{0,68}[^\s"])[ \t]*\r?\n(?=content-[a-z-]+:)/im;

/** Null where nothing in it looks like a delimiter. */
export function guessBoundary(body: Buffer): string | null {
  return FIRST_DELIMITER.exec(body.toString('latin1', 0, SEARCHED_BYTES))?.[1] ?? null;
}

/** The same body as a mail of its own with the right boundary. */
export function withBoundary(body: Buffer, boundary: string): Buffer {
  const header = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(header, 'latin1'), body]);
}
