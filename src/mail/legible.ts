// All that can be read in the raw bytes of a mail, as one text to be searched: the bytes themselves, and what stands in
// quoted-printable, base64 and encoded words. Shows nothing to anybody in a fit form; for that there is the parser.

import { decodeHeaderText } from './encoded-words.js';

const BASE64_LINES = /(?:^[A-Za-z0-9+/]{4,76}={0,2}\r?\n)+/gm;

export function legible(raw: Buffer): string {
  const text = raw.toString('utf8');
  const unquoted = text
    .replace(/=\r?\n/g, '')
    .replace(/(?:=[0-9A-F]{2})+/gi, (run) => Buffer.from(run.replace(/=/g, ''), 'hex').toString('utf8'));
  const unpacked = (text.match(BASE64_LINES) ?? []).map((run) => Buffer.from(run, 'base64').toString('utf8'));
  return [text, unquoted, ...unpacked, decodeHeaderText(raw)].join('\n');
}
