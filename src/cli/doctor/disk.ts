// The disk under the database and the rights of the data folder: room, kind of file system, how long a write takes to be safe.

import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

import { formatBytes } from '../table.js';
import { bad, doubtful, good, sentenceOf, type Finding, type Look } from './finding.js';

/** statfs(2): the ones on which SQLite's log is not safe, and those that do not outlive a restart. */
const NETWORK = new Map([
  [0x6969, 'NFS'],
  [0xff53_4d42, 'CIFS'],
  [0xfe53_4d42, 'SMB'],
  [0x0102_1997, '9p'],
  [0x517b, 'SMB'],
  [0x7375_7245, 'Coda'],
]);
const PASSING = new Map([
  [0x0102_1994, 'tmpfs'],
  [0x794c_7630, 'overlay'],
]);
const LOW_BYTES = 1e9;
const FULL_BYTES = 100e6;
const LOW_INODES = 1000;
const SLOW_SYNC_MS = 50;
const SYNCS = 5;

export const lookAtDisk: Look = ({ config, dataDir }) => {
  const folder = path.dirname(config.store.file);
  return Promise.resolve([lookAtRoom(folder), lookAtKind(folder), lookAtSync(folder), lookAtRights(dataDir)]);
};

function lookAtRoom(folder: string): Finding {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  const free = bavail * bsize;
  const advice = `make room on the disk of ${folder}: without it no mail is taken`;
  if (free < FULL_BYTES) return bad('disk', `${formatBytes(free)} free`, advice);
  if (files > 0 && ffree < LOW_INODES) return bad('disk', `${ffree} inodes free`, advice);
  return free < LOW_BYTES
    ? doubtful('disk', `${formatBytes(free)} free`, advice)
    : good('disk', `${formatBytes(free)} free`);
}

function lookAtKind(folder: string): Finding {
  const { type } = statfsSync(folder);
  const network = NETWORK.get(type);
  if (network !== undefined)
    return doubtful(
      'file system',
      `${network}, over a network`,
      'move the data folder to a local disk: the database is not safe there',
    );
  const passing = PASSING.get(type);
  if (passing !== undefined)
    return doubtful(
      'file system',
      `${passing}: it may not outlive a restart`,
      'move the data folder to a disk (a volume of the container)',
    );
  return good('file system', 'local');
}

/** The middle of some: each accepted mail waits for one. */
function lookAtSync(folder: string): Finding {
  const file = path.join(folder, `.doctor-${process.pid}`);
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    const times = Array.from({ length: SYNCS }, () => {
      const begun = performance.now();
      writeSync(descriptor, Buffer.alloc(4096));
      fsyncSync(descriptor);
      return performance.now() - begun;
    }).toSorted((a, b) => a - b);
    closeSync(descriptor);
    const middle = times[Math.floor(SYNCS / 2)] ?? 0;
    const text = `a safe write takes ${middle.toFixed(1)} ms`;
    if (middle < SLOW_SYNC_MS) return good('fsync', text);
    return doubtful('fsync', text, 'a faster disk takes more mails a second; look for other programs that write');
  } catch (fault) {
    return bad(
      'fsync',
      `nothing can be written: ${sentenceOf(fault)}`,
      `give this user the right to write to ${folder}`,
    );
  } finally {
    rmSync(file, { force: true });
  }
}

function lookAtRights(folder: string): Finding {
  const { mode, uid } = statSync(folder);
  const rights = `0${(mode & 0o777).toString(8)}`;
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && uid !== own)
    return bad(
      'data folder',
      `it belongs to user ${uid}, this is user ${own}`,
      'use the user of the daemon, or chown the folder',
    );
  // Passing through it to the socket of sendmail is meant.
  if ((mode & 0o066) !== 0) return bad('data folder', `others may look into it (${rights})`, `chmod 0711 ${folder}`);
  return good('data folder', `closed to others (${rights})`);
}
