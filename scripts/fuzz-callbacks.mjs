// Sends many random and damaged callbacks to an open door (test/support/callback-fuzz.ts; the tests send 10^4). Says what
// came of them, how fast it was and how the memory grew; ends with 1 where the door breaks its word.
// Use: node --expose-gc scripts/fuzz-callbacks.mjs [COUNT [SEED]]

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);

async function compile(folder) {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = [
    '--target es2023',
    '--module nodenext',
    '--types node',
    '--skipLibCheck --strict',
    `--rootDir ${root}`,
  ];
  const words = options.flatMap((option) => option.split(' '));
  const sources = ['callback-fuzz', 'smpp-fuzz'].map((name) => `${root}test/support/${name}.ts`);
  const args = [compiler, ...words, '--typeRoots', `${root}node_modules/@types`, '--outDir', folder, ...sources];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (status !== 0) throw new Error('the fuzzer does not compile');
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(`${root}node_modules`, path.join(folder, 'node_modules'));
  const load = (name) => import(pathToFileURL(path.join(folder, `test/support/${name}.js`)).href);
  return { ...(await load('callback-fuzz')), ...(await load('smpp-fuzz')) };
}

function heapMiB() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-callbacks-'));
try {
  const { fuzz, seededRandom } = await compile(folder);
  const random = seededRandom(seed);
  const warmUp = Math.floor(count / 10);
  await fuzz(warmUp, random);
  const before = heapMiB();
  const startMs = performance.now();
  const tally = await fuzz(count - warmUp, random);
  const perSecond = Math.round(((count - warmUp) / (performance.now() - startMs)) * 1000);
  process.stdout.write(`${JSON.stringify({ count, seed, ...tally, perSecond, growthMiB: heapMiB() - before })}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
