// From an outgoing mail to its bytes, for every way out, so that a mail in a folder is the mail that SMTP would carry.
// Takes plain texts, gives RFC 5322 bytes with CRLF, the same for the same mail: a resend after a crash can be recognised.
// Refuses line breaks and other controls in what becomes a header; drops references that are no message ids.
// Sources: RFC 5322 §3.6.4, RFC 3834 §5 (answers of programs), [MS-OXCMAIL] (X-Auto-Response-Suppress).

import MailComposer from 'nodemailer/lib/mail-composer';

import { err, ok, type Result } from '../core/result.js';
import type { OutgoingMail } from '../ports.js';

export interface ComposeOptions {
  /** Address of the From field. */
  readonly from: string;
  /** Right side of the message ids. */
  readonly hostname: string;
}

const DISPLAY_NAME = 'Petit Bleu';
/** RFC 5322 §2.1.1 allows 998 characters in a line; a longer id could not be written. */
const MESSAGE_ID = /^<[\x21-\x3B\x3D\x3F-\x7E]{1,900}>$/;
const ADDRESS = /^[^\s<>()[\],;:\\"\p{C}]{1,64}@[^\s<>()[\],;:\\"@\p{C}]{1,255}$/u;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
/** The first mail of a thread and the last ones are what mail programs need. */
const REFERENCES_LIMIT = 20;

/** The bytes, or why this mail can never leave. */
export async function composeMail(mail: OutgoingMail, options: ComposeOptions): Promise<Result<Buffer, string>> {
  if (!ADDRESS.test(mail.to)) return err('the recipient is not one plain mail address');
  if (mail.replyTo !== undefined && !ADDRESS.test(mail.replyTo))
    return err('the reply address is not one plain mail address');
  if (CONTROL.test(mail.subject)) return err('the subject holds a line break or another control character');
  const inReplyTo = mail.inReplyTo !== null && MESSAGE_ID.test(mail.inReplyTo) ? mail.inReplyTo : undefined;
  const composer = new MailComposer({
    from: { name: DISPLAY_NAME, address: options.from },
    to: { name: '', address: mail.to },
    ...(mail.replyTo !== undefined && { replyTo: { name: '', address: mail.replyTo } }),
    subject: mail.subject,
    date: new Date(mail.createdAtMs),
    messageId: messageIdOf(mail, options.hostname),
    inReplyTo,
    references: threadOf(mail, inReplyTo),
    headers: { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
    text: mail.text,
    encoding: 'quoted-printable',
    textEncoding: 'quoted-printable',
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return ok(await composer.compile().build());
}

/** The instant belongs to it because ids start again when a database does. */
export function messageIdOf(mail: OutgoingMail, hostname: string): string {
  const id = mail.id.replace(/[^A-Za-z0-9._-]/g, '_');
  return `<${id}.${mail.createdAtMs.toString(36)}@${hostname}>`;
}

function threadOf(mail: OutgoingMail, inReplyTo: string | undefined): string[] {
  const valid = mail.references.filter((one) => MESSAGE_ID.test(one) && one !== inReplyTo);
  const kept = valid.length > REFERENCES_LIMIT ? [...valid.slice(0, 1), ...valid.slice(1 - REFERENCES_LIMIT)] : valid;
  return inReplyTo === undefined ? kept : [...kept, inReplyTo];
}
