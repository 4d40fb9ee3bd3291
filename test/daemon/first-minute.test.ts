// Somebody's first minute: started with no configuration at all, and the printed lines pasted word for word.

import { expect, test } from 'vitest';

import { eventually } from '../support/eventually.js';
import { ROOT, run } from '../support/program.js';
import { startForTest } from './account.js';

const hasCurl = await run('curl', ['--version']).then(
  ({ code }) => code === 0,
  () => false,
);

test('starts with no configuration, and says what a newcomer needs', async () => {
  const daemon = await startForTest();
  expect(daemon.stdout).toMatch(/^Petit Bleu is ready\.\n/);
  expect(daemon.stdout).toMatch(/^domains +localhost, sms\.localhost$/m);
  expect(daemon.stdout).toMatch(/^carrier +simulator$/m);
  expect(daemon.stdout).toMatch(/^outcome mails +files in .*outbox$/m);
  expect(daemon.stdout).toMatch(/demo@localhost has 100 credits\. Its sending code, shown this once: \w{10}\n/);
  for (const program of ['curl -sS smtp://127.0.0.1:', 'swaks --server 127.0.0.1:', 'npx petitbleu send'])
    expect(daemon.stdout).toContain(program);

  await daemon.stop();
  const again = await startForTest({ folder: daemon.folder });
  expect(again.stdout).toContain('Petit Bleu is ready.');
  expect(again.stdout).not.toContain('sending code');
});

test.skipIf(!hasCurl)('the printed curl line sends an SMS, and the sender is told', async () => {
  const daemon = await startForTest();
  const line = /^ {2}(printf .*\| curl .*)$/m.exec(daemon.stdout)?.[1] ?? '';
  expect(await run('sh', ['-c', line])).toEqual({ code: 0, stdout: '', stderr: '' });
  await eventually('the SMS arrives', () => daemon.phone.some(({ text }) => text === 'Hello from curl'));
  await eventually('the mail to the sender', () => daemon.outbox.some((mail) => mail.includes('Hello from curl')));
  expect((await daemon.must('account', 'show', 'demo@localhost')).stdout).toMatch(/^balance +99 credits$/m);
});

test('the printed command line sends an SMS, and the printed ways to look at it show it', async () => {
  const daemon = await startForTest();
  const line = (pattern: RegExp): string => pattern.exec(daemon.stdout)?.[1] ?? '';
  const sent = await run('sh', ['-c', line(/^ {2}(npx petitbleu send .*)$/m)], { cwd: ROOT });
  expect(sent, sent.stderr).toMatchObject({ code: 0 });
  await eventually('the SMS arrives', () => daemon.phone.some(({ text }) => text === 'Hello from the command line'));
  const phone = await daemon.must('phone');
  expect(phone.stdout).toContain('Hello from the command line');
  const messages = await run('sh', ['-c', line(/^ {2}(npx petitbleu messages.*)$/m)], { cwd: ROOT });
  expect(messages.stdout).toContain('Hello from the command line');
});
