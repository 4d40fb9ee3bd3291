// The property tests, as often as told, each time with a fresh seed: `npm run fuzz:properties -- 20`. Prints what fails
// with its seed; exits 1 when anything did.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const times = Number(process.argv[2] ?? 10);
const files = readdirSync('test', { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file}`)
  .filter((file) => readFileSync(file, 'utf8').includes("from 'fast-check'"));
let failed = 0;
for (let run = 1; run <= times; run += 1) {
  const env = { ...process.env, FC_SEED: 'fresh' };
  const { status, stdout } = spawnSync('npx', ['vitest', 'run', '--reporter=dot', ...files], { env, encoding: 'utf8' });
  if (status !== 0) {
    failed += 1;
    process.stdout.write(stdout);
  }
  process.stdout.write(`${run} of ${times} runs, ${failed} failed\n`);
}
process.exitCode = failed > 0 ? 1 : 0;
