// The spool: what callers write is taken once, and what is not theirs to write does no harm.

import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';

import { describe, expect, onTestFinished, test } from 'vitest';

import { startPickup, type Taken } from '../../src/sendmail/pickup.js';
import { prepareSpool, publishFacts } from '../../src/sendmail/publish.js';
import { readFacts } from '../../src/sendmail/folder.js';
import { readSpool, writeSpool, type SpooledMail } from '../../src/sendmail/spool-file.js';
import { FakeClock, until } from '../support/fake-clock.js';
import { RecordingLog } from '../support/recording-log.js';
import { temporaryFolder } from '../support/store.js';

const ENVELOPE = { mailFrom: 'alice@example.fr', rcptTo: ['sms.FGB45L@gw.example'] };
const RAW = Buffer.from('Subject: 0612345678\r\n\r\n\xe9\r\n', 'latin1');
const NAME = `1700000000000-${'a'.repeat(32)}.mail`;

interface World {
  readonly spool: string;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  readonly taken: SpooledMail[];
  readonly start: () => void;
  answer: Taken;
}

function world(): World {
  const folder = temporaryFolder();
  prepareSpool(folder);
  const spool = path.join(folder, 'spool');
  const [clock, log, taken] = [new FakeClock(Date.now()), new RecordingLog(), [] as SpooledMail[]];
  const made: World = {
    ...{ spool, clock, log, taken, answer: { kind: 'done' } },
    start: () => {
      const deliver = (mail: SpooledMail): Promise<Taken> => {
        taken.push(mail);
        return Promise.resolve(made.answer);
      };
      const pickup = startPickup({ spool, clock, log, maxBytes: () => 1000, deliver });
      onTestFinished(() => pickup.stop());
    },
  };
  return made;
}

const mailsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name !== 'refused');
const events = (log: RecordingLog): string[] => log.entries.map(({ event }) => event);

describe('what is written', () => {
  test('is there whole, and opened by nobody who does not know its name', async () => {
    const { spool } = world();
    const name = await writeSpool(spool, ENVELOPE, RAW);
    expect(mailsIn(spool)).toEqual([name]);
    expect(statSync(spool).mode & 0o7777).toBe(0o1733);
    expect(statSync(path.join(spool, 'refused')).mode & 0o7777).toBe(0o700);
    const reading = await readSpool(path.join(spool, name), 1000);
    expect(reading).toEqual({ kind: 'mail', mail: { ...ENVELOPE, raw: RAW, uid: process.getuid?.() } });
  });

  test('leaves nothing behind where it cannot be', async () => {
    await expect(writeSpool('/nowhere/spool', ENVELOPE, RAW)).rejects.toThrow('ENOENT');
  });
});

describe('taking', () => {
  test('at the start, in the order of writing; then it is gone', async () => {
    const { spool, taken, start, log } = world();
    await writeSpool(spool, { ...ENVELOPE, mailFrom: 'first@example.fr' }, RAW);
    await until(() => Date.now() % 3 === 0);
    await writeSpool(spool, { ...ENVELOPE, mailFrom: 'second@example.fr' }, RAW);
    start();
    await until(() => taken.length === 2 && mailsIn(spool).length === 0);
    expect(taken.map(({ mailFrom }) => mailFrom).toSorted()).toEqual(['first@example.fr', 'second@example.fr']);
    expect(events(log).filter((event) => event === 'spool.taken')).toHaveLength(2);
  });

  test('when a file appears, without the clock', async () => {
    const { spool, taken, start } = world();
    start();
    await writeSpool(spool, ENVELOPE, RAW);
    await until(() => taken.length === 1 && mailsIn(spool).length === 0);
  });

  test('what cannot be taken now stays, and is tried again by the clock', async () => {
    const one = world();
    one.answer = { kind: 'later', reason: 'store-busy' };
    await writeSpool(one.spool, ENVELOPE, RAW);
    one.start();
    await until(() => one.clock.pending > 0);
    expect(mailsIn(one.spool)).toHaveLength(1);
    one.answer = { kind: 'done' };
    await one.clock.advance(30_000);
    await until(() => mailsIn(one.spool).length === 0);
    expect(one.taken).toHaveLength(2);
  });

  test('what is refused is put aside, with its reason in the log', async () => {
    const one = world();
    one.answer = { kind: 'refused', reason: 'not-accepted' };
    const name = await writeSpool(one.spool, ENVELOPE, RAW);
    one.start();
    await until(() => mailsIn(one.spool).length === 0);
    expect(readdirSync(path.join(one.spool, 'refused'))).toEqual([name]);
    expect(one.log.entries).toContainEqual(
      expect.objectContaining({
        event: 'spool.refused',
        fields: expect.objectContaining({ reason: 'not-accepted' }) as unknown,
      }),
    );
    expect(JSON.stringify(one.log.entries)).not.toContain('FGB45L');
  });
});

describe('whatever lies there', () => {
  const HEAD = JSON.stringify({ form: 'petitbleu-spool-1', ...ENVELOPE, bytes: RAW.length });

  test.each<[string, (file: string, folder: string) => void]>([
    [
      'a link to a file',
      (file, folder) => {
        writeFileSync(path.join(folder, 'target'), `${HEAD}\n${RAW.toString('latin1')}`, 'latin1');
        symlinkSync(path.join(folder, 'target'), file);
      },
    ],
    [
      'a second name of a file',
      (file, folder) => {
        writeFileSync(path.join(folder, 'target'), `${HEAD}\n${RAW.toString('latin1')}`, 'latin1');
        linkSync(path.join(folder, 'target'), file);
      },
    ],
    ['a link to nothing', (file) => symlinkSync('/nowhere', file)],
    ['a folder', (file) => mkdirSync(file)],
    ['a pipe', (file) => execFileSync('sh', ['-c', 'mkfifo "$0"', file])],
    ['nothing', (file) => writeFileSync(file, '')],
    ['no envelope', (file) => writeFileSync(file, 'Subject: x\n\nhello\n')],
    ['an envelope of another form', (file) => writeFileSync(file, '{"form":"x"}\nhello')],
    ['an envelope that is no object', (file) => writeFileSync(file, 'null\nhello')],
    [
      'an envelope with wrong recipients',
      (file) => writeFileSync(file, `${HEAD.replace(/\["[^"]*"\]/, '[7]')}\nhello`),
    ],
    ['half a mail', (file) => writeFileSync(file, `${HEAD}\n${RAW.toString('latin1').slice(0, -5)}`, 'latin1')],
    ['more than a mail', (file) => writeFileSync(file, `${HEAD}\n${RAW.toString('latin1')}x`, 'latin1')],
    [
      'a mail that is too large',
      (file) => writeFileSync(file, `${HEAD.replace(/\d+\}$/, '2000}')}\n${'x'.repeat(2000)}`),
    ],
    // More than any buffer holds; the disk has none of it.
    [
      'a huge file',
      (file) => {
        writeFileSync(file, '');
        truncateSync(file, 1e12);
      },
    ],
  ])('%s is no mail, and the next one is taken', async (_name, put) => {
    const { spool, taken, start, log } = world();
    put(path.join(spool, NAME), path.dirname(spool));
    start();
    await until(() => events(log).includes('spool.unfit'));
    await writeSpool(spool, ENVELOPE, RAW);
    await until(() => taken.length === 1);
    expect(mailsIn(spool).filter((name) => name === NAME)).toEqual([]);
    expect(readdirSync(path.join(spool, 'refused'))).toEqual([NAME]);
  });

  test('names that are not ours are left alone', async () => {
    const { spool, taken, start } = world();
    for (const name of ['mail', '.mail', 'a.mail', `1-${'a'.repeat(32)}.mail`, `${NAME}.tmp`, '..mail']) {
      writeFileSync(path.join(spool, name), 'x');
    }
    start();
    await writeSpool(spool, ENVELOPE, RAW);
    await until(() => taken.length === 1);
    expect(mailsIn(spool)).toHaveLength(6);
  });

  test('drafts of callers that were killed go after a day', async () => {
    const { spool, start, clock } = world();
    const [old, young] = [`draft-${'a'.repeat(32)}`, `draft-${'b'.repeat(32)}`];
    for (const name of [old, young]) writeFileSync(path.join(spool, name), 'x');
    utimesSync(path.join(spool, old), 0, clock.now() / 1000 - 25 * 3600);
    utimesSync(path.join(spool, young), 0, clock.now() / 1000 - 23 * 3600);
    start();
    // The round is over when the next one is waited for.
    await until(() => clock.pending > 0);
    expect(mailsIn(spool)).toEqual([young]);
  });
});

describe('the folder', () => {
  test('a refused folder of somebody else is not used', () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'spool'));
    symlinkSync('/tmp', path.join(folder, 'spool', 'refused'));
    expect(() => prepareSpool(folder)).toThrow(/is not a folder of ours/);
  });

  test('an old spool gets its mode back', () => {
    const folder = temporaryFolder();
    prepareSpool(folder);
    chmodSync(path.join(folder, 'spool'), 0o777);
    prepareSpool(folder);
    expect(statSync(path.join(folder, 'spool')).mode & 0o7777).toBe(0o1733);
  });

  test('what callers must know comes back as it was written; anything else is nothing', () => {
    const folder = temporaryFolder();
    expect(readFacts(folder)).toBeNull();
    const facts = { socket: 'lmtp.sock', domains: ['gw.example'], size: 5, smtp: { host: '127.0.0.1', port: 25 } };
    publishFacts(folder, facts);
    expect(readFacts(folder)).toEqual(facts);
    expect(statSync(path.join(folder, 'gateway.json')).mode & 0o777).toBe(0o644);
    writeFileSync(path.join(folder, 'gateway.json'), '{"socket":1}');
    expect(readFacts(folder)).toBeNull();
  });
});
