// What the fixtures do not show: the small choices of the parser, one mail each.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { parseMail } from '../../src/mail/parse.js';
import { MAX_TEXT_LENGTH } from '../../src/mail/plain.js';

async function bodyOf(...lines: string[]): Promise<unknown> {
  const mail = await parseMail(Buffer.from(lines.join('\n')));
  return mail.ok ? mail.value.body : mail.error;
}

const text = (words: string, fromHtml = false): unknown => ({ kind: 'text', text: words, fromHtml });
const unreadable: unknown = expect.objectContaining({ reason: 'mail-unreadable' });

describe('which part', () => {
  test('no Content-Type at all', async () => {
    expect(await bodyOf('From: a@b', '', 'Bonjour')).toEqual(text('Bonjour'));
  });

  test('a Content-Type without a slash is text', async () => {
    expect(await bodyOf('Content-Type: text', '', 'Bonjour')).toEqual(text('Bonjour'));
  });

  test('a mail that is nothing but a picture', async () => {
    expect(await bodyOf('Content-Type: image/png', '', 'xxx')).toEqual({ kind: 'none' });
  });

  test('a single text with a file name is still the text of the mail', async () => {
    expect(await bodyOf('Content-Type: text/plain; name="x.txt"', '', 'Bonjour')).toEqual(text('Bonjour'));
  });

  test('a single text that is an attachment is not', async () => {
    expect(await bodyOf('Content-Disposition: attachment', '', 'Bonjour')).toEqual({ kind: 'none' });
  });

  test('an unknown disposition is an attachment (RFC 2183)', async () => {
    expect(await bodyOf('Content-Disposition: form-data', '', 'Bonjour')).toEqual({ kind: 'none' });
  });

  test('the parts of a digest are mails', async () => {
    const mail = ['Content-Type: multipart/digest; boundary=b', '', '--b', '', 'From: x@y', '', 'Bonjour', '--b--'];
    expect(await bodyOf(...mail)).toEqual({ kind: 'none' });
  });

  test('a blank first text part is not made up for by a later one', async () => {
    const mail = ['Content-Type: multipart/mixed; boundary=b', '', '--b', '', ' ', '--b', '', 'Pied de page', '--b--'];
    expect(await bodyOf(...mail)).toEqual({ kind: 'none' });
  });

  test('a blank text part does not hide an encrypted one', async () => {
    const mail = [
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      ' ',
      '--b',
      'Content-Type: application/pkcs7-mime',
      '',
      'x',
      '--b--',
    ];
    expect(await bodyOf(...mail)).toEqual({ kind: 'encrypted' });
  });

  test('a text inside of multipart/encrypted is not looked for', async () => {
    const mail = ['Content-Type: multipart/encrypted; boundary=b', '', '--b', '', 'Version: 1', '--b--'];
    expect(await bodyOf(...mail)).toEqual({ kind: 'encrypted' });
  });

  test('an .ics file beside a blank text', async () => {
    const mail = [
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      '',
      '--b',
      'Content-Type: text/calendar',
      '',
      'x',
      '--b--',
    ];
    expect(await bodyOf(...mail)).toEqual({ kind: 'calendar' });
  });

  test('parts that follow the text are not read, however broken', async () => {
    const deep = Array.from({ length: 40 }, (_, i) => `Content-Type: multipart/mixed; boundary=d${i}\n\n--d${i}`);
    const mail = ['Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'Bonjour', '--b', ...deep];
    expect(await bodyOf(...mail)).toEqual(text('Bonjour'));
  });
});

describe('broken structure', () => {
  test('a closing delimiter before the first part', async () => {
    const mail = ['Content-Type: multipart/mixed; boundary=b', '', '--b--', '', 'Bonjour'];
    expect(await bodyOf(...mail)).toEqual(unreadable);
  });

  test('a multipart without a body', async () => {
    expect(await bodyOf('Content-Type: multipart/mixed; boundary=b', '')).toEqual({ kind: 'none' });
  });

  test('a header without an end', async () => {
    expect(await bodyOf('From: a@b')).toEqual({ kind: 'none' });
  });

  test('nothing at all', async () => {
    expect(await bodyOf('')).toEqual({ kind: 'none' });
  });

  test('a header over the cap', async () => {
    expect(await bodyOf(`X-A: ${'a'.repeat(300_000)}`, '', 'Bonjour')).toEqual(unreadable);
  });

  test('more parts than the cap', async () => {
    const parts = Array.from({ length: 1_200 }, () => '--b\nContent-Type: image/png\n\nx');
    expect(await bodyOf('Content-Type: multipart/mixed; boundary=b', '', ...parts)).toEqual(unreadable);
  });
});

test('a long text is read to the cap', async () => {
  expect(await bodyOf('', 'é'.repeat(2 * MAX_TEXT_LENGTH))).toEqual(text('é'.repeat(MAX_TEXT_LENGTH)));
});

test('a mail that is a view into a larger buffer', async () => {
  const buffer = Buffer.from('xxxSubject: s\n\nBonjouryyy');
  const mail = await parseMail(buffer.subarray(3, -3));
  expect(mail).toMatchObject({ ok: true, value: { subject: 's', body: text('Bonjour') } });
});

test('never throws, whatever the bytes, and is the same with LF and CRLF', async () => {
  const line = fc.oneof(
    fc.string().filter((words) => !/[\r\n]/.test(words)),
    fc.constantFrom(
      '',
      '--b',
      '--b--',
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: text/html',
      '<p>x',
      '=C3=',
    ),
    fc.constantFrom(
      'Content-Transfer-Encoding: base64',
      'Content-Type: text/plain; format=flowed',
      'Subject: =?a?q?b?=',
      ' ',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
      const withLf = await parseMail(Buffer.from(lines.join('\n')));
      const withCrlf = await parseMail(Buffer.from(lines.join('\r\n')));
      expect(withCrlf).toEqual(withLf);
    }),
    { numRuns: 300 },
  );
});
