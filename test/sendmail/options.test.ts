// The words of a call of sendmail(8), as programs really write them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseCall, type SendmailCall } from '../../src/sendmail/options.js';

const PLAIN: SendmailCall = {
  mode: 'deliver',
  readHeader: false,
  dotEnds: true,
  sender: null,
  fullName: null,
  recipients: [],
  dataDir: null,
  queueRun: false,
};

function parse(...words: string[]): SendmailCall {
  const call = parseCall('sendmail', words);
  if (!call.ok) throw new Error(call.error);
  return call.value;
}

test.each<[string, string[], Partial<SendmailCall>]>([
  [
    'cron',
    ['-FCronDaemon', '-i', '-odi', '-oem', '-oi', '-t'],
    { fullName: 'CronDaemon', dotEnds: false, readHeader: true },
  ],
  [
    'cron, older',
    ['-i', '-FCronDaemon', '-oem', 'root'],
    { fullName: 'CronDaemon', dotEnds: false, recipients: ['root'] },
  ],
  ['PHP', ['-t', '-i'], { readHeader: true, dotEnds: false }],
  ['PHP with -f', ['-t', '-i', '-falice@example.fr'], { readHeader: true, dotEnds: false, sender: 'alice@example.fr' }],
  [
    'mutt',
    ['-oem', '-oi', '-f', 'a@b.fr', '--', 'c@d.fr'],
    { dotEnds: false, sender: 'a@b.fr', recipients: ['c@d.fr'] },
  ],
  [
    's-nail',
    ['-i', '-r', 'a@b.fr', '-t', '--', '-x@y'],
    { dotEnds: false, sender: 'a@b.fr', readHeader: true, recipients: ['-x@y'] },
  ],
  ['git send-email', ['-i', 'a@b.fr'], { dotEnds: false, recipients: ['a@b.fr'] }],
  ['letters together', ['-tioem'], { readHeader: true, dotEnds: false }],
  ['a value behind letters', ['-tf', 'a@b.fr'], { readHeader: true, sender: 'a@b.fr' }],
  ['-o as a word of its own', ['-o', 'i', '-o', 'em'], { dotEnds: false }],
  ['the long name of -oi', ['-O', 'IgnoreDots=true'], { dotEnds: false }],
  ['the long name, attached', ['-OIgnoreDots'], { dotEnds: false }],
  ['another long option', ['-O', 'DeliveryMode=b', 'x'], { recipients: ['x'] }],
  ['DSN', ['-N', 'failure,delay', '-R', 'hdrs', '-V', 'id', 'x'], { recipients: ['x'] }],
  ['DSN, attached', ['-Nnever', '-Rfull', '-Vid', '-B8BITMIME', 'x'], { recipients: ['x'] }],
  [
    '-q and -d take no further word',
    ['-q', 'x', '-d', 'y', '-q15m', '-d0.1'],
    { recipients: ['x', 'y'], queueRun: true },
  ],
  ['flags without an effect', ['-v', '-n', '-m', '-x', '-G', '-U', '-c', '-s', '-I', '-T'], {}],
  [
    'options with a value',
    ['-h', '3', '-L', 'tag', '-p', 'esmtp', '-X', 'log', '-C', 'cf', '-Ac', '-M', 'id', '-e', 'm'],
    {},
  ],
  ['the null sender', ['-f', '<>'], { sender: '' }],
  ['the null sender, empty', ['-f', ''], { sender: '' }],
  ['a sender in brackets', ['-f<a@b.fr>'], { sender: 'a@b.fr' }],
  ['-bs', ['-bs'], { mode: 'smtp' }],
  ['-bm, as a word', ['-b', 'm', 'x'], { mode: 'deliver', recipients: ['x'] }],
  ['-bp', ['-bp'], { mode: 'queue' }],
  ['-bi', ['-bi'], { mode: 'aliases' }],
  ['a lone dash is a word', ['-'], { recipients: ['-'] }],
  ['everything behind --', ['--', '-t', '--data'], { recipients: ['-t', '--data'] }],
  ['--data', ['--data', '/d', '-t'], { dataDir: '/d', readHeader: true }],
  ['--data=', ['--data=/d=1'], { dataDir: '/d=1' }],
  ['--help', ['--help'], { mode: 'help' }],
])('%s', (_name, words, expected) => {
  expect(parse(...words)).toEqual({ ...PLAIN, ...expected });
});

test.each([
  ['newaliases', 'aliases'],
  ['mailq', 'queue'],
  ['sendmail', 'deliver'],
])('called as %s', (name, mode) => {
  expect(parseCall(name, [])).toMatchObject({ ok: true, value: { mode } });
});

describe('mistakes are told', () => {
  test.each([
    [['-Z'], 'there is no option -Z'],
    [['-tZ'], 'there is no option -Z'],
    [['-f'], 'option -f needs a value'],
    [['-bd'], 'there is no mode -bd here: -bm, -bs, -bp and -bi are known'],
    [['--dato', 'x'], 'there is no option --dato'],
    [['--data'], 'option --data needs a folder'],
  ])('%j', (words, error) => {
    expect(parseCall('sendmail', words)).toEqual({ ok: false, error });
  });
});

test('no words make it throw', () => {
  const word = fc.oneof(fc.string(), fc.stringMatching(/^-[a-zA-Z-]{0,4}$/), fc.constantFrom('-f', '-o', '--', '-t'));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const call = parseCall('sendmail', words);
      if (call.ok) for (const recipient of call.value.recipients) expect(words).toContain(recipient);
    }),
  );
});
