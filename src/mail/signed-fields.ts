// A mail with only those signatures that may prove something. Takes and gives raw mails; the body stays as it is.
// Out go DKIM signatures of a part of the body (`l=`: anyone may add to it) and those by SHA-1, more signatures than a
// mail needs, and ARC, which is what others claim to have seen. Source: RFC 6376 §3.5 and §8.2, RFC 8301 §3.1, RFC 8617.

import type { MailPieces } from '../core/types.js';

/** Each costs a question to the DNS. */
const MAX_SIGNATURES = 5;

export function signedFields(raw: MailPieces): MailPieces {
  const { header: fields, body } = atEmptyLine(raw);
  const header = fields.toString('latin1');
  let signatures = 0;
  const kept = header.split(/(?<=\n)(?![ \t])/).filter((field) => {
    if (/^arc-/i.test(field)) return false;
    if (!/^dkim-signature[ \t]*:/i.test(field)) return true;
    if (/[:;]\s*(?:l\s*=|a\s*=\s*rsa-sha1)/i.test(field)) return false;
    signatures += 1;
    return signatures <= MAX_SIGNATURES;
  });
  return [Buffer.from(kept.join(''), 'latin1'), ...body];
}

/** The body begins with the empty line; there is none where the mail has no such line. */
function atEmptyLine(raw: MailPieces): { readonly header: Buffer; readonly body: MailPieces } {
  let header: Buffer = Buffer.alloc(0);
  for (const [index, piece] of raw.entries()) {
    const from = Math.max(0, header.length - 3);
    header = Buffer.concat([header, piece]);
    const ends = ['\r\n\r\n', '\n\n'].map((line) => header.indexOf(line, from)).filter((at) => at !== -1);
    if (ends.length === 0) continue;
    const end = Math.min(...ends);
    return { header: header.subarray(0, end), body: [header.subarray(end), ...raw.slice(index + 1)] };
  }
  return { header, body: [] };
}
