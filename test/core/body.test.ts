import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { extractText, subjectText } from '../../src/core/body.js';
import { REJECTIONS } from '../../src/core/rejection.js';
import type { MailBody } from '../../src/core/types.js';

interface BodyCase {
  readonly name: string;
  readonly body: string;
  readonly text: string | null;
  readonly cutBy?: string;
}

const { cases } = JSON.parse(readFileSync('fixtures/cases/body.json', 'utf8')) as { cases: BodyCase[] };

const plain = (text: string, fromHtml = false): MailBody => ({ kind: 'text', text, fromHtml });

/** The text, or the reason of the refusal in angle brackets. */
function textOf(
  text: string,
  { fromHtml = false, cut = 'auto' }: { fromHtml?: boolean; cut?: 'auto' | 'none' } = {},
): string {
  const extracted = extractText(plain(text, fromHtml), cut);
  return extracted.ok ? extracted.value.text : `<${extracted.error.reason}>`;
}

test('there are body cases', () => {
  expect(cases.length).toBeGreaterThan(25);
});

describe.each(['\n', '\r\n', '\r'])('with %j at the end of lines', (lineEnd) => {
  test.each(cases)('$name', ({ body, text, cutBy }) => {
    const extracted = extractText(plain(body.replace(/\r?\n/g, lineEnd)), 'auto');
    if (text === null) {
      expect(extracted).toEqual({ ok: false, error: { reason: 'text-empty', params: {} } });
      return;
    }
    expect(extracted).toMatchObject({ ok: true, value: { text } });
    expect(extracted.ok && extracted.value.origin.cut?.by).toBe(cutBy);
  });
});

describe('bodies without a text', () => {
  test.each([
    ['none', 'text-empty'],
    ['encrypted', 'mail-encrypted'],
    ['calendar', 'mail-calendar'],
  ] as const)('%s: %s', (kind, reason) => {
    expect(extractText({ kind }, 'auto')).toEqual({ ok: false, error: { reason, params: {} } });
  });

  test('a text that no handset would show is empty', () => {
    expect(textOf('\u200B\u2060\n\uFEFF \u200E\uFE0F')).toBe('<text-empty>');
  });

  test('the sentence needs no parameter', () => {
    expect(REJECTIONS['text-empty'].en + REJECTIONS['text-empty'].fr).not.toContain('{');
  });
});

describe('characters', () => {
  test.each([
    ['joiners inside emoji stay', '👨\u200D👩\u200D👧 🏳️\u200D🌈 👩🏽\u200D🚒 ❤️\u200D🔥'],
    ['joiners of Persian and Hindi stay', 'می\u200Cخواهم क\u094D\u200Dष'],
    ['marks of direction stay beside Arabic', 'RDV \u2067غدا\u2069 9h'],
    ['the form feed of the alphabet stays', 'a\fb'],
  ])('%s', (_what, text) => {
    expect(textOf(text)).toBe(text);
  });

  test.each([
    ['joiners elsewhere go', 'a\u200Db\u200Cc 👨\u200D\u200D👩 x\u200D👩 👨\u200D.', 'abc 👨👩 x👩 👨.'],
    ['marks of direction go', '\u202A06 84\u202C \u200Eok', '06 84 ok'],
    ['soft hyphens, BOM and word joiners go', '\uFEFFré\u00ADunion\u2060 \u200Bx', 'réunion x'],
    ['all non-breaking spaces', 'a\u00A0b\u202Fc\u2007d', 'a b c d'],
    ['line and paragraph separators', 'a\u2028b\u2029c\u0085d', 'a\nb\nc\nd'],
    ['control characters', 'a\u0000b\u001Bc\u009Fd', 'abcd'],
    ['half a pair', 'a\uD83Db', 'a\uFFFDb'],
  ])('%s', (_what, text, expected) => {
    expect(textOf(text)).toBe(expected);
  });

  test('a pile of marks on one letter is cut to what the Unicode stream-safe format allows', () => {
    expect(textOf(`x${'\u0323'.repeat(500)}`)).toBe(`x${'\u0323'.repeat(30)}`.normalize('NFC'));
  });
});

describe('tags and *fin*', () => {
  test('escaped tags count in a mail that was HTML', () => {
    expect(textOf('a &lt;SMS&gt;oui&lt;/sms&gt; b', { fromHtml: true })).toBe('oui');
    expect(textOf('a &lt;SMS&gt;oui&lt;/sms&gt; b')).toBe('a &lt;SMS&gt;oui&lt;/sms&gt; b');
  });

  test('a tag that closes nothing is text', () => {
    expect(textOf('a </SMS> b')).toBe('a </SMS> b');
  });

  test('an empty pair is an empty text', () => {
    expect(textOf('avant <SMS> \n </SMS> après')).toBe('<text-empty>');
  });

  test('`cut: none` leaves tags and *fin* in force, and nothing else', () => {
    expect(textOf('x <SMS>a</SMS>', { cut: 'none' })).toBe('a');
    expect(textOf('a *fin* x', { cut: 'none' })).toBe('a');
    expect(textOf('a\n-- \nb\n> c', { cut: 'none' })).toBe('a\n-- \nb\n> c');
  });
});

describe('the line of the cut', () => {
  test.each([
    ['a\n\nb *fin* c\nd', { by: 'fin', line: 3, lineText: 'b *fin* c' }],
    ['a\n-- \nDupont', { by: 'signature', line: 2, lineText: '-- ' }],
    ['\r\n\r\na\r\n> b\r\n', { by: 'quote', line: 4, lineText: '> b' }],
    ['x\n<SMS>a\nb</SMS>\n', { by: 'tags', line: 3, lineText: 'b</SMS>' }],
    ['x\n<SMS>a\nb', { by: 'tags', line: 3, lineText: 'b' }],
    ['a\nSent from my phone', { by: 'mobile', line: 2, lineText: 'Sent from my phone' }],
  ])('%j', (text, cut) => {
    expect(extractText(plain(text), 'auto')).toMatchObject({ ok: true, value: { origin: { fromHtml: false, cut } } });
  });

  test('a long line is shown by its beginning', () => {
    const extracted = extractText(plain(`a *fin* ${'🎉'.repeat(500)}`), 'auto');
    expect(extracted.ok && extracted.value.origin.cut?.lineText).toBe(`a *fin* ${'🎉'.repeat(92)}`);
  });
});

describe('subjectText', () => {
  test('is normalised as a body is, on one line', () => {
    expect(subjectText(' Re\u0301union\u00A0 à\r\n\t14h\u200B 👨\u200D👩 ')).toEqual({
      ok: true,
      value: 'Réunion à 14h 👨\u200D👩',
    });
  });

  test('nothing left is refused', () => {
    expect(subjectText(' \u200B ')).toEqual({ ok: false, error: { reason: 'text-empty', params: {} } });
  });
});
