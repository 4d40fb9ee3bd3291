// The mails of the load are real ones: what a parser of others finds in them is what was meant.

import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';

import { Mail, MAIL_KINDS } from '../../bench/load/mails.js';

const SIZES = { plain: 1024, alternative: 8_704, outlook: 30_720, attachment: 25 * 1024 * 1024 } as const;

describe.each(MAIL_KINDS)('%s', (kind) => {
  const mail = new Mail(kind);

  test('is about as large as it is said', () => {
    expect(mail.bytes.length / SIZES[kind]).toBeGreaterThan(0.9);
    expect(mail.bytes.length / SIZES[kind]).toBeLessThan(1.1);
  });

  test('ends with a dot, has no other, no bare line feed and no line that is too long', () => {
    const text = mail.bytes.toString('latin1');
    expect(text.indexOf('\r\n.')).toBe(text.length - '\r\n.\r\n'.length);
    expect(text).not.toMatch(/[^\r]\n/);
    expect(text).not.toMatch(/[^\r\n]{990}/);
  });

  test('is another one with another number', async () => {
    mail.become(1_234_567);
    const parsed = await simpleParser(mail.bytes.subarray(0, -'.\r\n'.length));
    expect(parsed.subject).toBe('BENCH7:0684844567-0660919567');
    expect(parsed.messageId).toBe('<bench.0001234567@example.fr>');
    expect(parsed.text).toContain('votre rendez-vous n. 0001234567 est pour demain à 14 h 30, bâtiment B.');
    expect(typeof parsed.html).toBe(kind === 'alternative' || kind === 'outlook' ? 'string' : 'boolean');
  });
});
