// docs/codes.md and the table of refusals, held against each other both ways; and what is true of every row.
// UPDATE_GOLDENS=1 writes the two tables of the page; the words around them are written by hand.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { REJECTIONS, rejectionRow, type RejectionReason } from '../../src/core/rejection.js';

const FILE = fileURLToPath(new URL('../../docs/codes.md', import.meta.url));
const REASONS = Object.keys(REJECTIONS) as RejectionReason[];

type Row = ReturnType<typeof rejectionRow>;
const rowOf = (reason: RejectionReason): Row => rejectionRow({ reason, params: {} });

const TABLES = {
  codes: {
    head: ['reason', 'SMTP', 'class', 'REST', '`http.php`', 'smsmode'],
    cells: (row: Row) => [
      `${row.smtp} ${row.enhanced}`,
      `\`${row.retry}\``,
      String(row.http),
      row.php === null ? '–' : String(row.php),
      row.smsmode === null ? '–' : String(row.smsmode),
    ],
  },
  texts: { head: ['reason', 'English', 'French'], cells: (row: Row) => [row.en, row.fr] },
} as const;

type TableName = keyof typeof TABLES;

function expectedRows(name: TableName): string[][] {
  return REASONS.map((reason) => [`\`${reason}\``, ...TABLES[name].cells(rowOf(reason))]);
}

function between(page: string, name: TableName): { start: number; end: number } {
  const open = `<!-- ${name} -->\n`;
  const start = page.indexOf(open) + open.length;
  const end = page.indexOf(`<!-- /${name} -->`);
  if (start < open.length || end < start) throw new Error(`docs/codes.md has no place for ${name}`);
  return { start, end };
}

/** Cells of the table, without its head. */
function documentedRows(page: string, name: TableName): string[][] {
  const { start, end } = between(page, name);
  return page
    .slice(start, end)
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()));
}

function withTable(page: string, name: TableName): string {
  const { start, end } = between(page, name);
  const { head } = TABLES[name];
  const lines = [head, head.map(() => '---'), ...expectedRows(name)].map((cells) => `| ${cells.join(' | ')} |`);
  return `${page.slice(0, start)}${lines.join('\n')}\n${page.slice(end)}`;
}

if (process.env['UPDATE_GOLDENS'] === '1') {
  writeFileSync(FILE, withTable(withTable(readFileSync(FILE, 'utf8'), 'codes'), 'texts'));
}

describe('docs/codes.md', () => {
  const page = readFileSync(FILE, 'utf8').replaceAll('\r\n', '\n');

  test.each(['codes', 'texts'] as const)('%s: the same reasons, none missing, none too many, none twice', (name) => {
    const documented = documentedRows(page, name).map(([reason]) => reason);
    expect(documented.length).toBeGreaterThan(0);
    expect(documented.toSorted()).toEqual(expectedRows(name).map(([reason]) => reason).toSorted());
  });

  test.each(['codes', 'texts'] as const)('%s: every row says what the table says', (name) => {
    const documented = new Map(documentedRows(page, name).map(([reason, ...cells]) => [reason, cells]));
    for (const [reason, ...cells] of expectedRows(name)) expect(documented.get(reason), reason).toEqual(cells);
  });
});

describe.each(REASONS)('%s', (reason) => {
  const row = rowOf(reason);
  const params = (text: string): string[] => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? '').toSorted();

  test('has both texts, with the same parameters, as one sentence without a full stop', () => {
    expect(params(row.fr)).toEqual(params(row.en));
    for (const text of [row.fr, row.en]) {
      expect(text).toMatch(/^\S(.*\S)?$/u);
      expect(text).not.toMatch(/[.|]$|[\p{Cc}|]/u);
      // A parameter is never half written.
      expect(text.replace(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
    }
    expect(row.fr).not.toBe(row.en);
  });

  test('has an SMTP code, an enhanced code and a class that agree', () => {
    expect([4, 5]).toContain(Math.floor(row.smtp / 100));
    expect(row.enhanced).toMatch(new RegExp(`^${Math.floor(row.smtp / 100)}\\.[0-7]\\.\\d{1,3}$`));
    // The one exception, see docs/codes.md.
    const temporary = reason !== 'daily-cap' && row.retry === 'later';
    expect(row.smtp < 500).toBe(temporary);
  });

  test('has a REST status of the same class', () => {
    if (row.retry !== 'later') expect(row.http).toSatisfy((status) => status >= 400 && status < 429);
    else expect([402, 429, 500, 503]).toContain(row.http);
  });

  test('has only codes that the older interfaces know', () => {
    const php = [82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 93, 95, 96, 97, 98, 99, 100, 101, 102];
    expect([null, ...php]).toContain(row.php);
    expect([null, 31, 32, 33, 35, 41, 50, 61, 22, 34]).toContain(row.smsmode);
  });
});

describe('the codes that other systems rely on', () => {
  test.each([
    ['recipient-malformed', '550 5.1.3'],
    ['number-invalid', '550 5.1.3'],
    ['not-accepted', '550 5.7.1'],
    ['relay-denied', '550 5.7.1'],
    ['automatic-mail', '550 5.7.1'],
    ['no-credit', '552 5.2.2'],
    ['number-blacklisted', '550 5.2.1'],
    ['date-invalid', '554 5.6.0'],
    ['text-empty', '554 5.6.0'],
    ['text-too-long', '554 5.6.0'],
    ['mail-too-large', '552 5.3.4'],
    ['too-many-recipients', '452 4.5.3'],
    ['rate-limited', '451 4.7.1'],
    ['store-busy', '451 4.3.0'],
    ['internal-error', '451 4.3.0'],
    ['disk-full', '452 4.3.1'],
    ['too-many-files', '451 4.3.0'],
    ['store-damaged', '451 4.3.0'],
    ['shutting-down', '421 4.3.2'],
    ['mail-loop', '554 5.4.6'],
    ['address-not-ascii', '553 5.6.7'],
    ['auth-required', '530 5.7.0'],
    ['auth-failed', '535 5.7.8'],
    ['auth-needs-tls', '538 5.7.11'],
    ['auth-unavailable', '454 4.7.0'],
  ] as const)('%s is %s', (reason, code) => {
    const { smtp, enhanced } = rowOf(reason);
    expect(`${smtp} ${enhanced}`).toBe(code);
  });
});
