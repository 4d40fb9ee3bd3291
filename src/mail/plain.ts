// A part with text, undecoded → its text: transfer encoding, charset, format=flowed, line ends. Any thread, no state.
// Source: RFC 2045 §6, RFC 3676; spec §4.

import { isBlank } from '../core/normalise.js';
import type { MailBody } from '../core/types.js';
import { decodeText } from './charset.js';
import { unfoldFlowed } from './flowed.js';
import { isPgpMessage, withoutPgpArmor } from './inline-pgp.js';
import { decodeTransfer } from './transfer.js';

/** Characters of a text that are read: fifty times the longest SMS, and little enough for what the core does with it. */
export const MAX_TEXT_LENGTH = 64 * 1024;

/** A part with text, as it stands in the mail. */
export interface TextPart {
  readonly charset: string | null;
  readonly encoding: string;
  readonly flowed: boolean;
  readonly delSp: boolean;
  readonly chunks: Buffer[];
}

/** What the plain part alone says about the body; null: it is blank, and others must be asked. */
export function plainBody(part: TextPart): MailBody | null {
  const text = plainText(part);
  if (isPgpMessage(text)) return { kind: 'encrypted' };
  return isBlank(text) ? null : { kind: 'text', text: withoutPgpArmor(text), fromHtml: false };
}

export function isBlankPart(part: TextPart): boolean {
  return isBlank(plainText(part));
}

export function decodePart(part: TextPart): string {
  return decodeText(decodeTransfer(Buffer.concat(part.chunks), part.encoding), part.charset);
}

/** Line ends become LF; control characters have no place in a text and no meaning on a handset. */
export function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '');
}

function plainText(part: TextPart): string {
  const text = decodePart(part).slice(0, MAX_TEXT_LENGTH);
  return clean(part.flowed ? unfoldFlowed(text, part.delSp) : text);
}
