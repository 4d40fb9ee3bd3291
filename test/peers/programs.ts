// The programs that the peer tests need, looked for before any test runs. One that is missing is a failure with the line
// to paste, never a test left out: a run that tests nothing must not look like one that passed.
// programs.json says how to ask each whether it works, and the Debian package that it comes in (swaks only recommends
// Net::SSLeay, which its --tls needs); .ci/run installs the packages of that file.

import { readFileSync } from 'node:fs';

import { run } from '../support/program.js';

interface PeerProgram {
  readonly package: string;
  readonly command: string;
  readonly words: readonly string[];
}

const PROGRAMS = JSON.parse(readFileSync(new URL('programs.json', import.meta.url), 'utf8')) as readonly PeerProgram[];

export default async function setup(): Promise<void> {
  const missing: string[] = [];
  for (const program of PROGRAMS) if (!(await works(program))) missing.push(program.package);
  if (missing.length === 0) return;
  throw new Error(
    `these tests run real mail programs, and some are not installed. On Debian and Ubuntu (as root):\n\n` +
      `  apt-get install --no-install-recommends ${missing.join(' ')}\n`,
  );
}

async function works({ command, words }: PeerProgram): Promise<boolean> {
  try {
    return (await run(command, words)).code === 0;
  } catch {
    return false;
  }
}
