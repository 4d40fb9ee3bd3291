// Our parser beside mailparser, over every fixture: subject, Message-ID and plain text must be the same.
// Each difference is named here with its reason; one more, or one less, is a failure.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { parseMail } from '../../src/mail/parse.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/mail/', import.meta.url));
const SKIP = { skipHtmlToText: true, skipImageLinks: true, skipTextToHtml: true, skipTextLinks: true };

const DIFFERENCES: Readonly<Record<string, string>> = {
  'apple-mail/inline-text-file': 'text: mailparser joins the text parts, and takes a file for one',
  'apple-mail/text-around-attachment': 'text: mailparser joins the text parts',
  'charset/invisible-characters': 'text: the byte order mark is kept by mailparser',
  'charset/latin-1-label-utf-8-bytes': 'text: mailparser believes the label',
  'charset/latin-1-unlabelled': 'text: U+FFFD in mailparser',
  'charset/us-ascii-label-8-bit': 'text: U+FFFD in mailparser',
  'charset/utf-8-label-latin-1-bytes': 'text: U+FFFD in mailparser',
  'charset/windows-1252-as-iso-8859-15': 'text: C1 control characters in mailparser',
  'hostile/crlf-in-subject': 'subject: mailparser lets line breaks and NUL through',
  'hostile/deep-nesting': 'refused: mailparser has no cap on depth',
  'hostile/nul-bytes': 'text: mailparser lets control characters through',
  'hostile/two-subjects': 'subject: the last one in mailparser',
  'refused/bounce': 'text: mailparser joins the delivery status',
  'refused/signed-opaque-smime': 'refused: mailparser finds no text',
  'scripts/php-mail-latin1': 'subject: U+FFFD in mailparser',
  'structure/base64-that-is-none': 'text: mailparser decodes it',
  'structure/base64-with-footer': 'text: mailparser decodes the footer',
  'structure/footer-as-second-part': 'text: mailparser joins the text parts',
  'structure/no-boundary': 'refused: mailparser finds no text',
  'structure/wrong-boundary': 'text: mailparser finds none',
  'thunderbird/reply': 'text: mailparser leaves the > of a quoted line that it joins',
  'thunderbird/signed-inline-pgp': 'text: mailparser leaves the armor on',
};

const names = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.eml'))
  .map((path) => path.slice(0, -'.eml'.length).replaceAll('\\', '/'))
  .sort();

/** Which of the three differ first, or null. */
async function difference(name: string): Promise<string | null> {
  const raw = readFileSync(`${FIXTURES}${name}.eml`);
  const ours = await parseMail(raw);
  const theirs = await simpleParser(raw, SKIP);
  if (!ours.ok) return 'refused';
  const { subject, messageId, body } = ours.value;
  if (subject !== (theirs.subject ?? '')) return 'subject';
  if (messageId !== (theirs.messageId ?? null)) return 'message-id';
  const same = body.kind !== 'text' || body.fromHtml || body.text.trimEnd() === (theirs.text ?? '').trimEnd();
  return same ? null : 'text';
}

test.each(names)('%s', async (name) => {
  expect(await difference(name)).toBe(DIFFERENCES[name]?.split(':')[0] ?? null);
});

test('every listed difference has its fixture', () => {
  expect(Object.keys(DIFFERENCES).filter((name) => !names.includes(name))).toEqual([]);
});
