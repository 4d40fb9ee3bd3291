// The programs that the peer tests need, looked for before any test runs. One that is missing is a failure with the line
// to paste, never a test left out: a run that tests nothing must not look like one that passed.
// programs.json says how to ask each whether it works, and the Debian package that it comes in (swaks only recommends
// Net::SSLeay, which its --tls needs); .ci/run installs the packages of that file.

import { readFileSync } from 'node:fs';

import { ROOT, run } from '../support/program.js';

interface PeerProgram {
  readonly package: string;
  readonly command: string;
  readonly words: readonly string[];
  /** How to get it, where that is not `apt-get install`. */
  readonly install?: string;
}

const PROGRAMS = JSON.parse(readFileSync(new URL('programs.json', import.meta.url), 'utf8')) as readonly PeerProgram[];

export default async function setup(): Promise<void> {
  const missing: PeerProgram[] = [];
  for (const program of PROGRAMS) if (!(await works(program))) missing.push(program);
  if (missing.length === 0) return;
  const packages = missing.flatMap(({ package: name, install }) => (install === undefined ? [name] : []));
  const others = missing.flatMap(({ install }) => (install === undefined ? [] : [install]));
  const lines = [
    ...(packages.length > 0 ? [`apt-get install --no-install-recommends ${packages.join(' ')}`] : []),
    ...others,
  ];
  throw new Error(
    `these tests run real mail programs, and some are not installed. On Debian and Ubuntu (as root):\n\n` +
      lines.map((line) => `  ${line}\n`).join(''),
  );
}

async function works({ command, words }: PeerProgram): Promise<boolean> {
  try {
    return (await run(command, words, { cwd: ROOT })).code === 0;
  } catch {
    return false;
  }
}
