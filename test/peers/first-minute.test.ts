// The lines that the first start prints, pasted word for word: here those that need a mail program.

import { afterAll, beforeAll, expect, test } from 'vitest';

import { DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { run } from '../support/program.js';

let daemon: DaemonProcess;
beforeAll(async () => {
  daemon = await DaemonProcess.start();
});
afterAll(() => daemon.dispose());

test.each(['curl', 'swaks'])('the printed line for %s sends an SMS', async (program) => {
  const line = daemon.stdout.split('\n').find((one) => one.startsWith('  ') && one.includes(`${program} -`));
  const ran = await run('sh', ['-c', line ?? 'false']);
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 });
  await eventually('the SMS arrives', () => daemon.phone.some(({ text }) => text === `Hello from ${program}`));
});
