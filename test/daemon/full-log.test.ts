// The daemon does not end because its log cannot be written: /dev/full refuses every octet, as a full disk does.

import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { sendMail } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { cleanEnvironment, petitbleu, PROGRAM } from '../support/program.js';
import { CODE, SENDER, TO_ONE } from './account.js';

test('mails are taken while the log cannot be written', async () => {
  const data = mkdtempSync(path.join(tmpdir(), 'petitbleu-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  await petitbleu(['account', 'create', SENDER, '--code', CODE, '--credits', '10', '--no-mail', '--data', data]);
  const child = spawn(process.execPath, [PROGRAM, 'start', '--data', data], {
    stdio: ['ignore', 'pipe', openSync('/dev/full', 'w')],
    env: cleanEnvironment({ PETITBLEU__mail__smtp__listen: '127.0.0.1:0', PETITBLEU__mail__domains: 'sms.example.fr' }),
    cwd: tmpdir(),
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  const port = await eventually('it listens', () => Number(/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]) || null);
  for (let mail = 1; mail <= 5; mail += 1) {
    expect(await sendMail(port, { ...TO_ONE, text: `mail ${mail}` })).toMatch(/^250 /);
  }
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
