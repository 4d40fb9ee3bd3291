// A mail with only those signatures that may prove something. Takes and gives raw mails; the body stays as it is.
// Out go DKIM signatures of a part of the body (`l=`: anyone may add to it) and those by SHA-1, more signatures than a
// mail needs, and ARC, which is what others claim to have seen. Source: RFC 6376 §3.5 and §8.2, RFC 8301 §3.1, RFC 8617.

/** Each costs a question to the DNS. */
const MAX_SIGNATURES = 5;

export function signedFields(raw: Uint8Array): Uint8Array {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const end = headerEnd(bytes);
  const header = bytes.subarray(0, end).toString('latin1');
  let signatures = 0;
  const kept = header.split(/(?<=\n)(?![ \t])/).filter((field) => {
    if (/^arc-/i.test(field)) return false;
    if (!/^dkim-signature[ \t]*:/i.test(field)) return true;
    if (/[:;]\s*(?:l\s*=|a\s*=\s*rsa-sha1)/i.test(field)) return false;
    signatures += 1;
    return signatures <= MAX_SIGNATURES;
  });
  return Buffer.concat([Buffer.from(kept.join(''), 'latin1'), bytes.subarray(end)]);
}

/** Where the empty line begins; the end of the mail where there is none. */
function headerEnd(bytes: Buffer): number {
  const ends = [bytes.indexOf('\r\n\r\n'), bytes.indexOf('\n\n')].filter((at) => at !== -1);
  return ends.length === 0 ? bytes.length : Math.min(...ends);
}
