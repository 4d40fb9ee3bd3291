// Bytes and the charset that their mail claims → text. Takes labels as they are found in mails: missing, unknown, wrong.
// A label that cannot be right falls back to UTF-8, and what is no UTF-8 is windows-1252, as mail clients do.
// Never throws, never gives half a character (UTF-16) or U+FFFD where windows-1252 has a character. Source: WHATWG Encoding (labels), RFC 2045 §5.

import iconv from 'iconv-lite';

/** Labels that programs write without looking; their text is often UTF-8, which no real Western text resembles. */
const WESTERN = /^(?:iso-?8859-?(?:1|15)(?:-?windows.*)?|latin-?[19]|(?:windows|cp)-?1252|(?:us-?)?ascii|ansi.*)$/;
const LATIN_9 = /^(?:iso-?8859-?15|latin-?9)$/;
const REPLACEMENT = '\uFFFD';

/** Decodes `bytes`; `label` is the charset parameter as it stands in the mail, or null. */
export function decodeText(bytes: Uint8Array, label: string | null): string {
  const charset = cleanLabel(label);
  return repairC1(decodeAs(bytes, charset) ?? decodeUnlabelled(bytes)).toWellFormed();
}

/** Read without a table of thousands of characters, which takes long to load: UTF-8, Western, or no label at all. */
export function isCommonCharset(label: string | null): boolean {
  const charset = cleanLabel(label);
  return charset === '' || charset === 'utf-8' || WESTERN.test(charset);
}

/** UTF-8 if the bytes are, else windows-1252. */
export function decodeUnlabelled(bytes: Uint8Array): string {
  return strictUtf8(bytes) ?? iconv.decode(bytes, 'windows-1252');
}

function decodeAs(bytes: Uint8Array, charset: string): string | null {
  if (charset === '' || charset === 'utf-8') return null;
  if (WESTERN.test(charset)) {
    return strictUtf8(bytes) ?? iconv.decode(bytes, LATIN_9.test(charset) ? 'iso-8859-15' : 'windows-1252');
  }
  // Text that is UTF-16 has a NUL in each of its line breaks and spaces.
  if (charset.startsWith('utf-16') && !bytes.includes(0)) return null;
  const text = iconv.encodingExists(charset) ? iconv.decode(bytes, charset) : decodeByPlatform(bytes, charset);
  return text === null || text.includes(REPLACEMENT) ? null : text;
}

function cleanLabel(label: string | null): string {
  const charset = (label ?? '').replace(/["'\s]/g, '').toLowerCase();
  if (charset === 'utf8') return 'utf-8';
  if (charset === 'unicode-1-1-utf-7') return 'utf-7';
  return charset.replace(/^(iso-8859-[68])-[ei]$/, '$1');
}

function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Knows the stateful ISO-2022-JP, which iconv-lite does not. */
function decodeByPlatform(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return null;
  }
}

/** C1 control characters never stand in a text: they are windows-1252 quotes and dashes under an ISO-8859 label. */
function repairC1(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (c) => {
    const repaired = iconv.decode(Uint8Array.of(c.charCodeAt(0)), 'windows-1252');
    return repaired === REPLACEMENT ? '' : repaired;
  });
}
