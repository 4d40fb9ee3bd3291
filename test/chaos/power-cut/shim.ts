// The library that remembers what a power cut takes away (power-cut.c): compiled once in a run, then preloaded.

import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../support/program.js';

const SOURCE = path.join(ROOT, 'test/chaos/power-cut/power-cut.c');
const LIBRARY = path.join(ROOT, 'test/chaos/.build/power-cut.so');
let isCompiled = false;

export interface PowerCutFiles {
  /** What the power cut strikes. */
  readonly under: string;
  readonly log: string;
  /** For what is removed meanwhile; on the same file system. */
  readonly kept: string;
}

/** The environment of a process whose writes are to be remembered. */
export function shimEnvironment({ under, log, kept }: PowerCutFiles): Record<string, string> {
  mkdirSync(path.dirname(LIBRARY), { recursive: true });
  if (!isCompiled) execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', LIBRARY, SOURCE, '-lpthread']);
  isCompiled = true;
  mkdirSync(kept, { recursive: true });
  return {
    ...{ LD_PRELOAD: LIBRARY, POWER_CUT_UNDER: realpathSync(under), POWER_CUT_LOG: log, POWER_CUT_KEEP: kept },
    // Else Node may write past the C library.
    UV_USE_IO_URING: '0',
  };
}
