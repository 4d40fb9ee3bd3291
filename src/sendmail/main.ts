// What `bin/petitbleu.js` runs for sendmail, newaliases and mailq: this process's words and streams.

import path from 'node:path';

import { runSendmail } from './program.js';

const [, script = '', ...words] = process.argv;
const called = path.basename(script);
const isLink = ['sendmail', 'newaliases', 'mailq'].includes(called);

process.exitCode = await runSendmail(isLink ? words : words.slice(1), {
  name: isLink ? called : 'sendmail',
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
});
// Standard input may still be open, behind the dot that has ended the mail.
process.stdin.destroy();
