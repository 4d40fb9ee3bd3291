#!/usr/bin/env node
// Runs the built command line; says what to do where it was not built yet. Scripts call sendmail often and wait for it:
// it has a small entry of its own, as `petitbleu sendmail` and as what a link named like a program of sendmail(8) calls.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, script, ...words] = process.argv;
const isLink = ['sendmail', 'newaliases', 'mailq'].includes(basename(script));
const isMailer = isLink || (words[0] === 'sendmail' && !words.some((word) => /^--config(=|$)/.test(word)));
const built = new URL(isMailer ? '../dist/sendmail/main.js' : '../dist/cli/main.js', import.meta.url);
if (existsSync(built)) {
  // Since Node 22.1: what V8 has compiled is there at the next start. Beside the code, for whoever may write the one may write
  // the other; where nobody may, there is none.
  module.enableCompileCache?.(fileURLToPath(new URL('../dist/.compiled', import.meta.url)));
  await import(built.href);
} else {
  process.stderr.write('petitbleu: not built yet; run `npm run build` in its folder\n');
  process.exitCode = 69;
}
