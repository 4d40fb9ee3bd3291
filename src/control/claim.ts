// One daemon for one data folder: the socket named `control.sock` is the lock.
// Takes a socket that already listens under a name of its own. It first gets the name `control.sock.next`, by a link,
// which only one can get; then it replaces `control.sock` unless that one answers. A socket that refuses connections was
// left by a daemon that died. Never trusts a process id: those are used again, and differ between containers.
// The one gap: a daemon killed between the two names leaves `.next`, and two more that start at the same instant remove it.

import { link, lstat, rename, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

import { ok } from '../core/result.js';
import { mistake, type Told } from './protocol.js';
import { SOCKET_NAME, type SocketFolder } from './socket-path.js';

const NEXT_NAME = `${SOCKET_NAME}.next`;

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** False where the file system answered with that error, which is an answer here. */
async function unless(code: string, action: Promise<unknown>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    if (errorCode(error) === code) return false;
    throw error;
  }
}

/** True when somebody accepts connections there. */
function answers(address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = errorCode(error);
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(false);
      // Its queue of connections is full: alive, and busy.
      else if (code === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}

/** Gives the listening socket `own` the name that clients look for. */
export async function claimName(folder: SocketFolder, own: string): Promise<Told<void>> {
  const taken = mistake('temporary', `another daemon already runs on this data folder: ${folder.file(SOCKET_NAME)}`);
  while (!(await unless('EEXIST', link(folder.file(own), folder.file(NEXT_NAME))))) {
    if (await answers(folder.address(NEXT_NAME))) return taken;
    await unless('ENOENT', unlink(folder.file(NEXT_NAME)));
  }
  try {
    if (await answers(folder.address(SOCKET_NAME))) return taken;
    await rename(folder.file(own), folder.file(SOCKET_NAME));
    return ok(undefined);
  } finally {
    await unlink(folder.file(NEXT_NAME));
  }
}

/** Gives the name up, unless it is no longer ours. */
export async function releaseName(folder: SocketFolder, inode: number): Promise<void> {
  const name = folder.file(SOCKET_NAME);
  await unless(
    'ENOENT',
    lstat(name).then(({ ino }) => (ino === inode ? unlink(name) : undefined)),
  );
}
