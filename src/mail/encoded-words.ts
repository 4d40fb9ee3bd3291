// The bytes of a header value → text: RFC 2047 encoded words decoded, raw 8-bit read as UTF-8, else windows-1252.
// Neighbouring words of one charset are joined before they are decoded: many clients split in the middle of a character.
// The result has no control characters and no line breaks; it is still untrusted text. Source: RFC 2047, RFC 2231 §5.

import { decodeText, decodeUnlabelled } from './charset.js';
import { decodeBase64, decodeQuotedPrintable } from './transfer.js';

// Spaces inside of a Q word are against the RFC and common.
const ENCODED_WORD = /=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bq])\?([^?]*)\?=/gi;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

interface Word {
  readonly charset: string;
  readonly bytes: Buffer;
}

export function decodeHeaderText(raw: Uint8Array): string {
  return decodeWords(decodeUnlabelled(raw)).replace(CONTROLS, ' ').trim();
}

function decodeWords(value: string): string {
  let text = '';
  let end = 0;
  let run: Word[] = [];
  for (const match of value.matchAll(ENCODED_WORD)) {
    const between = value.slice(end, match.index);
    // White space between two encoded words only folds the line.
    if (run.length === 0 || between.trim() !== '') {
      text += decodeRun(run) + between;
      run = [];
    }
    run.push(readWord(match[1] ?? '', match[2] ?? '', match[3] ?? ''));
    end = match.index + match[0].length;
  }
  return text + decodeRun(run) + value.slice(end);
}

function readWord(charset: string, encoding: string, payload: string): Word {
  const bytes = Buffer.from(payload);
  const decoded =
    encoding.toLowerCase() === 'b'
      ? decodeBase64(bytes)
      : decodeQuotedPrintable(Buffer.from(payload.replace(/_/g, '=20')));
  return { charset: charset.toLowerCase(), bytes: decoded };
}

function decodeRun(run: readonly Word[]): string {
  const joined: Word[] = [];
  for (const word of run) {
    const last = joined.at(-1);
    if (last?.charset !== word.charset) joined.push(word);
    else joined.splice(-1, 1, { ...word, bytes: Buffer.concat([last.bytes, word.bytes]) });
  }
  return joined.map(({ bytes, charset }) => decodeText(bytes, charset)).join('');
}
