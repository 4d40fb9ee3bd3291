#!/usr/bin/env node
// Runs the built command line; says what to do where it was not built yet.
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write('petitbleu: not built yet; run `npm run build` in its folder\n');
  process.exitCode = 69;
}
