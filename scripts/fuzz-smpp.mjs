// Sends many random and damaged PDUs through framer, codec and readers (test/support/smpp-fuzz.ts; the tests send 10^4).
// Says what came of them, how fast it was, the slowest one, and how the memory grew; ends with 1 where one throws.
// Use: node --expose-gc scripts/fuzz-smpp.mjs [COUNT [SEED]]

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const SLOW_MS = 50;

function compile(folder) {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = ['--target es2023', '--module nodenext', '--types node', '--skipLibCheck', `--rootDir ${root}`];
  const words = options.flatMap((option) => option.split(' '));
  const source = `${root}test/support/smpp-fuzz.ts`;
  const args = [compiler, ...words, '--typeRoots', `${root}node_modules/@types`, '--outDir', folder, source];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (status !== 0) throw new Error('the fuzzer does not compile');
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  return import(pathToFileURL(path.join(folder, 'test/support/smpp-fuzz.js')).href);
}

function heapMiB() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function run({ fuzzOne, seededRandom }) {
  const random = seededRandom(seed);
  const kinds = {};
  let slowestMs = 0;
  let afterWarmUp = 0;
  const startMs = performance.now();
  for (let done = 0; done < count; done += 1) {
    if (done === Math.floor(count / 10)) afterWarmUp = heapMiB();
    const beginMs = performance.now();
    const kind = fuzzOne(random);
    slowestMs = Math.max(slowestMs, performance.now() - beginMs);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  const seconds = (performance.now() - startMs) / 1000;
  const growthMiB = heapMiB() - afterWarmUp;
  const report = { count, seed, ...kinds, perSecond: Math.round(count / seconds), slowestMs, growthMiB };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (slowestMs > SLOW_MS)
    process.stderr.write(`one took more than ${SLOW_MS} ms (a pause of the collector, or a hang)\n`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-smpp-'));
try {
  run(await compile(folder));
} finally {
  rmSync(folder, { recursive: true });
}
