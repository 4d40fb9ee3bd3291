// The same peers on a slow disk: a library of the bench, compiled when it is wanted and preloaded, adds 5 ms to each
// fsync. It lies in a folder that other users may enter, because Postfix's processes run as one.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { run } from '../../test/support/program.js';
import { ROOT } from '../root.js';
import type { Peer } from './peer.js';
import { petitbleuPeer } from './petitbleu.js';
import { postfixQueue } from './postfix.js';
import { SLOW_POSTFIX, SLOW_PETITBLEU } from '../names.js';

/** No 250 can come sooner, if the library is at work. */
export const FSYNC_MS = 5;

/** Postfix cleans the environment of its processes but for what it is told. */
const exported = (library: string): string =>
  `import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME LD_PRELOAD=${library}
export_environment = TZ MAIL_CONFIG LANG POSTLOG_SERVICE POSTLOG_HOSTNAME LD_PRELOAD=${library}
`;

export const slowPostfix = onSlowDisk(SLOW_POSTFIX, (library) => postfixQueue(SLOW_POSTFIX, exported(library)));
export const slowPetitbleu = onSlowDisk(SLOW_PETITBLEU, (library) =>
  petitbleuPeer(SLOW_PETITBLEU, { environment: { LD_PRELOAD: library } }),
);

function onSlowDisk(name: string, peerWith: (library: string) => Peer): Peer {
  return {
    name,
    missing: async () => {
      const { code } = await run('cc', ['--version']).catch(() => ({ code: 1 }));
      return code === 0 ? peerWith('').missing() : 'apt-get install --no-install-recommends gcc libc6-dev';
    },
    start: async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-slow-'));
      const library = path.join(folder, 'slow-fsync.so');
      chmodSync(folder, 0o755);
      const remove = (): void => rmSync(folder, { recursive: true, force: true });
      try {
        const source = path.join(ROOT, 'bench/slow-fsync.c');
        const { code, stderr } = await run('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
        if (code !== 0) throw new Error(stderr);
        const server = await peerWith(library).start();
        return { ...server, stop: () => server.stop().finally(remove) };
      } catch (error) {
        remove();
        throw error;
      }
    },
  };
}
