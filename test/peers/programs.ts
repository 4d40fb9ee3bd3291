// The programs that the peer tests need, looked for before any test runs. One that is missing is a failure with the line
// to paste, never a test left out: a run that tests nothing must not look like one that passed.

import { run } from '../support/program.js';

/** How to ask each whether it is there and works, and the Debian package that it comes in. */
const PROGRAMS = [
  { command: 'curl', words: ['--version'], package: 'curl' },
  { command: 'swaks', words: ['--version'], package: 'swaks' },
  // What swaks --tls needs; swaks only recommends it.
  { command: 'perl', words: ['-MNet::SSLeay', '-e', '1'], package: 'libnet-ssleay-perl' },
  { command: 'msmtp', words: ['--version'], package: 'msmtp' },
  { command: 's-nail', words: ['-:/', '-V'], package: 's-nail' },
  { command: 'python3', words: ['-c', 'import smtplib, email.message'], package: 'python3' },
] as const;

export default async function setup(): Promise<void> {
  const missing: string[] = [];
  for (const { command, words, package: name } of PROGRAMS) if (!(await works(command, words))) missing.push(name);
  if (missing.length === 0) return;
  throw new Error(
    `these tests run real mail programs, and some are not installed. On Debian and Ubuntu (as root):\n\n` +
      `  apt-get install --no-install-recommends ${missing.join(' ')}\n`,
  );
}

async function works(command: string, words: readonly string[]): Promise<boolean> {
  try {
    return (await run(command, words)).code === 0;
  } catch {
    return false;
  }
}
