import { execFileSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { processorSeconds } from '../../bench/processor-time.js';

const BURN = 'const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);';

test.skipIf(process.platform !== 'linux')('what a child has used counts, also after its end', () => {
  const before = processorSeconds([process.pid]);
  execFileSync(process.execPath, ['-e', BURN]);
  expect(processorSeconds([process.pid]) - before).toBeGreaterThan(0.25);
});

test.skipIf(process.platform !== 'linux')('a process that is not there has used nothing', () => {
  expect(processorSeconds([2 ** 30])).toBe(0);
});
