// The built program where other users of the machine can run it. A clone in somebody's private folder (mktemp makes such
// ones) cannot be entered by them: they get a copy of its files in an open folder, hard-linked where that is possible.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { PROGRAM, ROOT, run } from './program.js';

/** Words that run what follows as `nobody`. Wants root. */
export const STRANGER = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;

export interface OpenProgram {
  /** Path of petitbleu.js. */
  readonly file: string;
  dispose(): void;
}

export async function openProgram(): Promise<OpenProgram> {
  const [command, ...words] = STRANGER;
  if ((await run(command, [...words, 'test', '-r', PROGRAM])).code === 0) {
    return { file: PROGRAM, dispose: () => undefined };
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-open-'));
  chmodSync(folder, 0o755);
  const parts = ['bin', 'dist', 'package.json', 'node_modules'].map((name) => path.join(ROOT, name));
  const linked = await run('cp', ['-al', ...parts, folder]);
  if (linked.code !== 0) {
    const copied = await run('cp', ['-a', ...parts, folder]);
    if (copied.code !== 0) throw new Error(copied.stderr);
  }
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  return { file: path.join(folder, 'bin/petitbleu.js'), dispose };
}
