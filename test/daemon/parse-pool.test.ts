// The parse pool as it runs in the daemon: threads of the built program. Needs `npm run build` (or tsc) before it.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Pool from '../../src/mail/parse-pool.js';
import type { MailParser } from '../../src/ports.js';
import { inPieces } from '../support/pieces.js';
import { run } from '../support/program.js';
import { temporaryFolder } from '../support/store.js';

const BUILT = new URL('../../dist/mail/parse-pool.js', import.meta.url);
const MAIL = Buffer.from('From: Alice <alice@example.fr>\r\nSubject: s\r\n\r\nBonjour\r\n');
/** Too rich to be read without a thread. */
const ATTACHED = Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nBonjour\r\n--b--\r\n');
/** HTML of nested tables: html-to-text needs about ten seconds for it. */
const BOMB = Buffer.from('Content-Type: text/html\r\n\r\n' + '<table><tr><td>'.repeat(70_000));

const require = createRequire(import.meta.url);

const unreadable = (why: string): unknown => ({ ok: false, error: { reason: 'mail-unreadable', params: { why } } });
const readable: unknown = expect.objectContaining({ ok: true });

describe('the parse pool', () => {
  let startParsePool: typeof Pool.startParsePool;
  let pool: MailParser;

  beforeAll(async () => {
    ({ startParsePool } = (await import(BUILT.href)) as typeof Pool);
    pool = startParsePool({ deadlineMs: 1_500 });
    await pool.parse(inPieces(MAIL));
  });
  afterAll(() => pool.stop());

  test('parses', async () => {
    expect(await pool.parse(inPieces(MAIL))).toMatchObject({
      ok: true,
      value: { subject: 's', body: { text: 'Bonjour\n' } },
    });
  });

  test('loads no table of a rare charset beside the threads', async () => {
    const tables = () => Object.keys(require.cache).filter((file) => file.includes('iconv-lite/encodings/tables'));
    const rare = ['gb18030', 'big5', 'euc-kr', 'euc-jp'];
    for (const charset of rare) {
      const mail = Buffer.from(
        `Subject: =?${charset}?b?sKE=?=\nContent-Type: text/plain; charset=${charset}\n\n\xb0\xa1`,
      );
      expect(await pool.parse(inPieces(mail))).toEqual(readable);
    }
    expect(tables()).toEqual([]);
  });

  test('leaves the given bytes to the caller', async () => {
    const mail = Buffer.from(MAIL);
    await pool.parse(inPieces(mail));
    expect(mail).toEqual(MAIL);
  });

  test('reads a large mail to its end where its text stands there', async () => {
    const part = (type: string, body: string): string => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
    const parts = part('image/png', 'x'.repeat(3_000_000)) + part('text/plain', 'Au bout');
    const mail = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`);
    expect(await pool.parse(inPieces(mail))).toMatchObject({ ok: true, value: { body: { text: 'Au bout' } } });
    expect(mail.length).toBeGreaterThan(3_000_000);
  });

  test('kills a thread at the deadline, and goes on', async () => {
    const [bomb, good] = await Promise.all([pool.parse(inPieces(BOMB)), pool.parse(inPieces(MAIL))]);
    expect(bomb).toEqual(unreadable('it takes too long'));
    expect(good).toEqual(readable);
    expect(await pool.parse(inPieces(MAIL))).toEqual(readable);
  });

  test('mails that wait behind bombs have a deadline of their own', async () => {
    const outcomes = await Promise.all([BOMB, BOMB, BOMB, MAIL, MAIL, MAIL].map((mail) => pool.parse(inPieces(mail))));
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, false, false, true, true, true]);
  });

  test('a thread that runs out of memory costs its mail only', async () => {
    const small = startParsePool({ threads: 1, heapMb: 24, deadlineMs: 10_000 });
    const large = Buffer.from('Content-Type: text/html\r\n\r\n' + '<b>a</b>'.repeat(120_000));
    expect(await small.parse(inPieces(large))).toEqual(unreadable('it takes too much memory'));
    expect(await small.parse(inPieces(MAIL))).toEqual(readable);
    await small.stop();
  });

  test('a thread that cannot even start is no fault of the mail', async () => {
    const tiny = startParsePool({ threads: 1, heapMb: 4 });
    await expect(tiny.parse(inPieces(ATTACHED))).rejects.toThrow('memory');
    await tiny.stop();
  });

  test('the thread that waits stays free: a timer is on time beside a bomb', async () => {
    const gaps: number[] = [];
    const begun = performance.now();
    let last = begun;
    const timer = setInterval(() => {
      gaps.push(performance.now() - last);
      last = performance.now();
    }, 10);
    await pool.parse(inPieces(BOMB));
    clearInterval(timer);
    // It is busy until its deadline, on another thread.
    expect(Math.max(...gaps)).toBeLessThan((performance.now() - begun) / 2);
  });

  test('a thread that is slow to start costs its mail nothing', async () => {
    const folder = temporaryFolder();
    const [slow, script] = [path.join(folder, 'slow.mjs'), path.join(folder, 'script.mjs')];
    writeFileSync(
      slow,
      `import { isMainThread } from 'node:worker_threads';
       if (!isMainThread) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);`,
    );
    writeFileSync(
      script,
      `import { startParsePool } from ${JSON.stringify(BUILT.href)};
       const pool = startParsePool({ threads: 1, deadlineMs: 1000 });
       const { ok } = await pool.parse([Buffer.from(${JSON.stringify(MAIL.toString())})]);
       process.stdout.write(String(ok));
       await pool.stop();`,
    );
    const ran = await run(process.execPath, ['--import', pathToFileURL(slow).href, script]);
    expect(ran).toEqual({ code: 0, stdout: 'true', stderr: '' });
  });

  test('stops with mails under way answered', async () => {
    const stopping = startParsePool({ threads: 1 });
    const answers = [stopping.parse(inPieces(MAIL)), stopping.parse(inPieces(MAIL)), stopping.parse(inPieces(MAIL))];
    await Promise.all(answers);
    await stopping.stop();
    expect(await answers[2]).toEqual(readable);
    // No refusal: the mail is not to blame, the client shall keep it.
    await expect(stopping.parse(inPieces(MAIL))).rejects.toThrow();
  });
});

test('directParser parses without threads', async () => {
  const { directParser } = await import('../../src/mail/parse-pool.js');
  const parser = directParser();
  expect(await parser.parse(inPieces(MAIL))).toEqual(readable);
  await parser.stop();
});
