// The raw mail → what the core needs of it: header values and the one body that the text is taken from.
// Runs in any thread, has no state and opens nothing; text comes out decoded, not normalised (the core does that).
// A mail that cannot be read is a refusal, never a guess at its text. Source: spec §4; docs/adr/0003-mail-parsing.md.

import { isBlank } from '../core/normalise.js';
import type { Rejection } from '../core/rejection.js';
import { ok, type Result } from '../core/result.js';
import type { MailBody, ParsedMail } from '../core/types.js';
import { guessBoundary, withBoundary } from './boundary.js';
import { readHeader } from './header.js';
import { htmlToText } from './html.js';
import { readParts, unreadable, type Parts, type RawMail } from './parts.js';
import { clean, decodePart, isBlankPart, MAX_TEXT_LENGTH, plainBody } from './plain.js';

export async function parseMail(raw: RawMail): Promise<Result<ParsedMail, Rejection>> {
  const parts = await readParts(raw, isBlankPart);
  if (!parts.ok) return parts;
  const body = parts.value.partCount === 0 ? await bodyWithoutParts(parts.value) : bodyOf(parts.value);
  return body.ok ? ok({ ...readHeader(parts.value.header), body: body.value }) : body;
}

function bodyOf(parts: Parts): Result<MailBody, Rejection> {
  const plain = parts.plain === null ? null : plainBody(parts.plain);
  if (plain) return ok(plain);
  const html = parts.html === null ? '' : clean(htmlToText(decodePart(parts.html)).slice(0, MAX_TEXT_LENGTH));
  if (!isBlank(html)) return ok({ kind: 'text', text: html, fromHtml: true });
  if (parts.encrypted) return ok({ kind: 'encrypted' });
  if (parts.opaque) return unreadable('its text stands inside of an S/MIME signature; sign it in the clear');
  if (parts.calendar) return ok({ kind: 'calendar' });
  return ok({ kind: 'none' });
}

/** A multipart whose boundary is never met, or a mail that is no multipart at all. */
async function bodyWithoutParts(parts: Parts): Promise<Result<MailBody, Rejection>> {
  const unsplit = Buffer.concat(parts.unsplit);
  if (unsplit.length === 0) return bodyOf(parts);
  const boundary = guessBoundary(unsplit);
  if (boundary === null) return unreadable('its parts cannot be told apart (no boundary)');
  const again = await readParts(withBoundary(unsplit, boundary), isBlankPart);
  return again.ok ? bodyOf(again.value) : again;
}
