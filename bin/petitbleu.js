#!/usr/bin/env node
// Runs the built command line; says what to do where it was not built yet. Scripts call sendmail often and wait for it:
// it has a small entry of its own, as `petitbleu sendmail` and as what a link named like a program of sendmail(8) calls.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';

const [, script, ...words] = process.argv;
const isLink = ['sendmail', 'newaliases', 'mailq'].includes(basename(script));
const isMailer = isLink || (words[0] === 'sendmail' && !words.some((word) => /^--config(=|$)/.test(word)));
const built = new URL(isMailer ? '../dist/sendmail/main.js' : '../dist/cli/main.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write('petitbleu: not built yet; run `npm run build` in its folder\n');
  process.exitCode = 69;
}
