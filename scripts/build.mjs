// Builds where the build is missing or older than the sources, and needs the compiler only then: an installation with
// its `dist` and without development packages starts too. Never deletes anything.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const STAMP = `${root}dist/.tsbuildinfo`;
const PROGRAM = `${root}dist/cli/main.js`;

/** Milliseconds; 0 where there is nothing. */
function changedAt(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

function newestSource() {
  const sources = existsSync(`${root}src`) ? readdirSync(`${root}src`, { recursive: true }) : [];
  const files = sources.filter((name) => name.endsWith('.ts')).map((name) => `${root}src/${name}`);
  return Math.max(...[...files, `${root}tsconfig.json`, `${root}tsconfig.build.json`].map(changedAt));
}

function isUpToDate() {
  // A package that was published comes without sources, and its files' times say nothing.
  if (!existsSync(`${root}src`)) return existsSync(PROGRAM);
  return existsSync(PROGRAM) && changedAt(STAMP) >= newestSource();
}

function build() {
  let compiler;
  try {
    compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch {
    process.stderr.write('The sources are newer than the build, and there is no compiler: run `npm ci` first.\n');
    return 69;
  }
  process.stderr.write('Building…\n');
  const { status } = spawnSync(process.execPath, [compiler, '-p', `${root}tsconfig.build.json`], { stdio: 'inherit' });
  // The compiler leaves its notes alone when nothing of substance has changed.
  if (status === 0) utimesSync(STAMP, new Date(), new Date());
  return status ?? 70;
}

process.exitCode = isUpToDate() ? 0 : build();
