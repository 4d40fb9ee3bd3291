import { describe, expect, test } from 'vitest';
import { readHeader } from '../../src/mail/header.js';

const read = (...lines: string[]): ReturnType<typeof readHeader> =>
  readHeader(Buffer.from(lines.join('\r\n') + '\r\n\r\n'));

describe('readHeader', () => {
  test('every From field is kept, unfolded and undecoded', () => {
    const header = read('From: Alice', '\t<alice@example.fr>', 'Subject: x', 'FROM : =?utf-8?q?M?= <m@evil.example>');
    expect(header.rawFrom).toEqual(['Alice\t<alice@example.fr>', '=?utf-8?q?M?= <m@evil.example>']);
  });

  test('Resent-From and X-From are no From, nor is a folded line that looks like one', () => {
    expect(
      read('Resent-From: a@example.fr', 'X-From: b@example.fr', 'Subject: x', ' From: c@example.fr').rawFrom,
    ).toEqual([]);
  });

  test('a From with a space before its colon is one, even in the first line', () => {
    expect(read('From : a@example.fr', 'To: b@example.fr').rawFrom).toEqual(['a@example.fr']);
  });

  test('a bare CR starts no field', () => {
    expect(read('Subject: x\rFrom: evil@example.fr', 'From: a@example.fr').rawFrom).toEqual(['a@example.fr']);
  });

  test('of two subjects the first', () => {
    expect(read('Subject: one', 'Subject: two').subject).toBe('one');
  });

  test.each([
    ['<a@b>', '<a@b>'],
    ['a@b', '<a@b>'],
    ['  <a@b> (comment)', '<a@b>'],
    ['', null],
    ['no id at all', null],
    ['<a b>', null],
  ])('Message-ID %j', (field, messageId) => {
    expect(read(`Message-ID: ${field}`).messageId).toBe(messageId);
  });

  test('references, else In-Reply-To', () => {
    expect(read('In-Reply-To: <c@d>', 'References: <a@b>', ' <c@d>').references).toEqual(['<a@b>', '<c@d>']);
    expect(read('In-Reply-To: <c@d>').references).toEqual(['<c@d>']);
  });

  test('a long thread keeps its first and its last references', () => {
    const ids = Array.from({ length: 80 }, (_, i) => `<${i}@b>`);
    const { references } = read(`References: ${ids.join('\r\n ')}`);
    expect(references).toHaveLength(50);
    expect([references[0], references[1], references.at(-1)]).toEqual(['<0@b>', '<31@b>', '<79@b>']);
  });

  test.each([
    [['auto-generated'], 'auto-generated'],
    [['Auto-Replied (vacation)'], 'auto-replied'],
    [['auto-generated; owner-email="x"'], 'auto-generated'],
    [['no', 'auto-replied'], 'auto-replied'],
    [['auto-generated', 'auto-replied'], 'auto-replied'],
    [['no', 'auto-generated'], 'auto-generated'],
    [['no'], 'no'],
    [[], null],
  ])('Auto-Submitted %j', (fields, word) => {
    expect(read(...fields.map((field) => `Auto-Submitted: ${field}`), 'To: x').autoSubmitted).toBe(word);
  });

  test('Precedence, Received, list fields', () => {
    const header = read('Received: a', 'Received: b', 'Precedence: Bulk', 'List-Unsubscribe: <mailto:x@y>');
    expect([header.precedence, header.receivedCount, header.list]).toEqual(['bulk', 2, true]);
    expect(read('To: x', 'X-List-Id: y').list).toBe(false);
  });

  test('an empty header', () => {
    expect(readHeader(Buffer.alloc(0))).toEqual({
      rawFrom: [],
      subject: '',
      messageId: null,
      references: [],
      autoSubmitted: null,
      precedence: null,
      list: false,
      receivedCount: 0,
    });
  });
});
