// Outcome mails in words: goldens in fixtures/notices (UPDATE_GOLDENS=1 rewrites them), and what holds for every text.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { countText, creditsText } from '../../src/core/amounts.js';
import { renderNotice } from '../../src/core/notice.js';
import { paragraph, quoted, safeLine } from '../../src/core/plain-text.js';
import { rejection } from '../../src/core/rejection.js';
import type { Lang, Notice, NoticeKind } from '../../src/core/types.js';
import { NOTICE_CASES } from './notice-cases.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/notices/', import.meta.url));
const LANGS: readonly Lang[] = ['fr', 'en'];
const OPTIONS = { gateway: 'sms.example.fr' };

function rendered(name: string, lang: Lang): { subject: string; text: string } {
  const notice = NOTICE_CASES[name];
  if (notice === undefined) throw new Error(name);
  return renderNotice({ ...notice, lang }, OPTIONS);
}

function goldenOf({ subject, text }: { subject: string; text: string }): string {
  return `Subject: ${subject}\n\n${text}`;
}

const goldens = Object.keys(NOTICE_CASES).flatMap((name) =>
  LANGS.map((lang) => ({ name, lang, file: `${name}.${lang}.txt` })),
);

describe('goldens', () => {
  if (process.env['UPDATE_GOLDENS'] === '1') {
    mkdirSync(FOLDER, { recursive: true });
    for (const { name, lang, file } of goldens) writeFileSync(path.join(FOLDER, file), goldenOf(rendered(name, lang)));
  }

  test('there is one for each case and language, and no other', () => {
    expect(goldens.length).toBeGreaterThan(0);
    expect(readdirSync(FOLDER).sort()).toEqual(goldens.map(({ file }) => file).sort());
  });

  test('every kind has one', () => {
    const kinds: Record<NoticeKind, true> = {
      recorded: true,
      cancelled: true,
      refused: true,
      finished: true,
      unsent: true,
      delivered: true,
      undelivered: true,
      'low-balance': true,
      reply: true,
    };
    expect(new Set(Object.values(NOTICE_CASES).map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)));
  });

  test.each(goldens)('$file', ({ name, lang, file }) => {
    const golden = readFileSync(path.join(FOLDER, file), 'utf8').replaceAll('\r\n', '\n');
    expect(goldenOf(rendered(name, lang))).toBe(golden);
  });
});

/** Columns as a terminal counts them, for the texts that this file makes. */
function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => Array.from(line).length));
}

const UNSAFE = /(?!\n)[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u;

function withText(hostile: string, lang: Lang): Notice[] {
  const thread = { subject: hostile, messageId: null, references: [] };
  const refused = { total: 1, first: [{ to: hostile, rejection: rejection('number-invalid', { number: hostile }) }] };
  return Object.values(NOTICE_CASES).map((notice): Notice => {
    const common = { lang, thread };
    switch (notice.kind) {
      case 'recorded':
        return {
          ...notice,
          ...common,
          text: hostile,
          refused,
          cancelSubject: hostile,
          origin: { fromHtml: true, cut: { by: 'quote', line: 1, lineText: hostile } },
          replaced: [{ from: hostile, to: hostile, count: 2 }],
        };
      case 'cancelled':
        return { ...notice, ...common, refused, texts: { total: 1, first: [hostile] } };
      case 'refused':
        return { ...notice, ...common, refused, rejection: rejection('group-unknown', { name: hostile }) };
      case 'finished':
      case 'unsent': {
        const first = notice.recipients.first.map((one) => ({ ...one, reason: hostile }));
        return { ...notice, ...common, text: hostile, recipients: { total: first.length, first } };
      }
      case 'delivered':
      case 'undelivered':
        return { ...notice, ...common, text: hostile, recipient: { ...notice.recipient, reason: hostile } };
      case 'reply':
        return { ...notice, ...common, from: hostile, text: hostile, original: hostile };
      case 'low-balance':
        return {
          ...notice,
          ...common,
          account: hostile,
          sms: { to: hostile, refusal: rejection('group-unknown', { name: hostile }) },
        };
    }
  });
}

describe('whatever the text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.stringMatching(/^[ \n\r\t\u202E\u2028«:!a-]{0,200}$/),
  );

  test('no line is longer than 76 columns, nothing controls the terminal or the direction, the subject is one line', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...LANGS), (text, lang) => {
        for (const notice of withText(text, lang)) {
          const mail = renderNotice(notice, { gateway: text });
          expect(mail.text).not.toMatch(UNSAFE);
          expect(mail.subject).not.toMatch(/\n/);
          expect(mail.subject).not.toMatch(UNSAFE);
          expect(mail.subject.length).toBeLessThanOrEqual(210);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('lines of the user stay within 76 columns and behind their bar', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', ' ', '«', '»', ':', '\n', '-'), maxLength: 400 }),
        (text) => {
          const lines = quoted(text);
          expect(longestLine(lines.join('\n'))).toBeLessThanOrEqual(76);
          expect(lines.every((line) => line.startsWith('  |'))).toBe(true);
        },
      ),
    );
  });

  test('a quoted text loses no character but the spaces at a break', () => {
    const long = 'abc « déf » : '.repeat(30) + 'x'.repeat(150);
    const shown = quoted(long).map((line) => line.slice(4));
    expect(shown.join('').replaceAll(' ', '')).toBe(long.replaceAll(' ', ''));
  });

  test('wide characters count twice and are never split', () => {
    const family = '👨‍👩‍👧‍👦';
    const lines = quoted(family.repeat(80));
    expect(lines).toEqual([`  | ${family.repeat(36)}`, `  | ${family.repeat(36)}`, `  | ${family.repeat(8)}`]);
  });

  test('French punctuation stays with its word', () => {
    const lines = paragraph(`${'x'.repeat(72)} mot : « fin » !`);
    expect(lines).toEqual(['x'.repeat(72), 'mot : « fin » !']);
    expect(paragraph(`${'x'.repeat(71)} mot : suite`)).toEqual(['x'.repeat(71), 'mot : suite']);
  });

  test('a long line is shortened between characters', () => {
    expect(safeLine('a'.repeat(10), 10)).toBe('a'.repeat(10));
    expect(safeLine('a'.repeat(11), 10)).toBe(`${'a'.repeat(9)}…`);
    expect(safeLine('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 15)).toBe('👨‍👩‍👧‍👦…');
  });
});

describe('the subject', () => {
  const subject = (original: string | null): string => {
    const notice = NOTICE_CASES['recorded-one'];
    if (notice === undefined) throw new Error('recorded-one');
    const thread = original === null ? null : { subject: original, messageId: '<a@b>', references: [] };
    return renderNotice({ ...notice, thread }, OPTIONS).subject;
  };

  test('answers the original, once', () => {
    expect(subject('••••:0612345678')).toBe('Re: ••••:0612345678');
    expect(subject('Re: déjà')).toBe('Re: déjà');
    expect(subject('RE : déjà')).toBe('RE : déjà');
    expect(subject('Report')).toBe('Re: Report');
  });

  test('says what happened where there is nothing to answer', () => {
    expect(subject(null)).toBe('SMS 01kam5x0q7w3 : enregistré');
    expect(subject('  ')).toBe('SMS 01kam5x0q7w3 : enregistré');
  });
});

describe('amounts', () => {
  test.each([
    [0, '0 crédit', '0 credits'],
    [1000, '1 crédit', '1 credit'],
    [1500, '1,5 crédit', '1.5 credits'],
    [2000, '2 crédits', '2 credits'],
    [-125, '-0,125 crédit', '-0.125 credits'],
    [-2000, '-2 crédits', '-2 credits'],
    [12_345_050, '12 345,05 crédits', '12,345.05 credits'],
  ])('%i thousandths', (amountMilli, french, english) => {
    expect(creditsText(amountMilli, 'fr').replaceAll('\u00A0', ' ')).toBe(french);
    expect(creditsText(amountMilli, 'en')).toBe(english.replace(/ (?=credit)/, '\u00A0'));
  });

  test('counts', () => {
    expect(countText(999, 'fr')).toBe('999');
    expect(countText(1_234_567, 'en')).toBe('1,234,567');
  });
});
