// Dots at the beginning of lines, and the end of a mail, however the bytes are cut; beside the library's own reader.

import type { Readable } from 'node:stream';

import fc from 'fast-check';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { describe, expect, test } from 'vitest';

import { MailStream } from '../../src/mail/smtp-data.js';

interface Read {
  readonly mail: string | null;
  /** Commands behind the mail. */
  readonly commands: readonly string[];
}

async function read(parser: SMTPStream, chunks: readonly string[]): Promise<Read> {
  const commands: string[] = [];
  const pieces: Buffer[] = [];
  parser.oncommand = (command, callback) => {
    commands.push(command.toString('latin1'));
    callback?.();
  };
  const data = parser.startDataMode() as unknown as Readable;
  data.on('data', (piece: Buffer) => pieces.push(piece));
  data.on('end', () => parser.continue());
  for (const chunk of chunks) {
    await new Promise<void>((resolve) => {
      const written = (): void => void setImmediate(resolve);
      parser.write(Buffer.from(chunk, 'latin1'), written);
    });
  }
  return { mail: data.readableEnded ? Buffer.concat(pieces).toString('latin1') : null, commands };
}

const ours = (...chunks: string[]) => read(new MailStream(), chunks);

/** In pieces of so many characters. */
function cut(text: string, size: number): string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
}

describe('a mail that comes in', () => {
  test.each([
    ['without dots', 'Bonjour\r\n.\r\n', 'Bonjour\r\n'],
    ['empty', '.\r\n', ''],
    ['an empty line', '\r\n.\r\n', '\r\n'],
    ['a stuffed dot as the first line', '..\r\n.\r\n', '.\r\n'],
    ['stuffed dots only', '..\r\n..\r\n...\r\n.\r\n', '.\r\n.\r\n..\r\n'],
    ['a stuffed dot that looks like the end without it', 'a\r\n..\r\nb\r\n.\r\n', 'a\r\n.\r\nb\r\n'],
    ['a dot that nobody stuffed', 'a\r\n.b\r\n.\r\n', 'a\r\n.b\r\n'],
    ['a dot behind a bare LF is no end', 'a\n.\r\nb\n.\nc\r\n.\r\n', 'a\n.\r\nb\n.\nc\r\n'],
    ['a dot before a bare LF is no end', 'a\r\n.\nb\r\n.\r\n', 'a\r\n.\nb\r\n'],
    ['bare CRs are no line ends', 'a\r.\rb\r\n.\rc\r\n.\r\n', 'a\r.\rb\r\n.\rc\r\n'],
  ])('%s, cut anywhere', async (_, sent, mail) => {
    for (let size = 1; size <= sent.length; size += 1) {
      expect(await ours(...cut(`${sent}NOOP\r\n`, size)), `in pieces of ${size}`).toEqual({ mail, commands: ['NOOP'] });
    }
  });

  test('the same as with the library, for any bytes in any pieces', async () => {
    const bytes = fc
      .array(fc.constantFrom('\r\n.\r\n', '\r\n', '\r', '\n', '.', '..', '\r\n.', '\r\n..', 'a', 'bc'), {
        maxLength: 30,
      })
      .map((words) => `x\r\n${words.join('')}\r\n.\r\n`);
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 40 }), async (text, size) => {
        const [mine, theirs] = await Promise.all([ours(...cut(text, size)), read(new SMTPStream(), [text])]);
        // What stands behind the end of the mail are commands, and no mail any more.
        expect(mine.mail).toBe(theirs.mail);
      }),
      { numRuns: 300 },
    );
  });

  test('many stuffed dots need no turn of the event loop each', async () => {
    const lines = '..\r\n'.repeat(16_000);
    let turns = 0;
    const reading = { goesOn: true };
    const count = (): void => {
      turns += 1;
      if (reading.goesOn) setImmediate(count);
    };
    setImmediate(count);
    const { mail } = await ours(...Array.from({ length: 60 }, () => lines), '.\r\n');
    reading.goesOn = false;
    expect(mail?.length).toBe(3 * 16_000 * 60);
    expect(turns).toBeLessThan(2_000);
  });
});
