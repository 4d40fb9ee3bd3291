// One daemon for one data folder: the name `control.sock` is the lock.
// Takes a socket that already listens under a name of its own, and links it to that name, which is atomic. A socket
// there that answers is a daemon: told, and left alone. One that refuses connections was left by a daemon that died: it is
// moved aside, asked again (another daemon may have taken its place in the meantime), and removed.
// Never trusts a process id: those are used again, and differ between containers.

import { link, lstat, rename, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

import { ok } from '../core/result.js';
import { mistake, type Told } from './protocol.js';
import { SOCKET_NAME, type SocketFolder } from './socket-path.js';

const TRIES = 5;

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Ignores that one error of the file system, which is an answer here. */
async function unless(code: string, action: Promise<void>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    if (errorCode(error) === code) return false;
    throw error;
  }
}

/** True when somebody accepts connections there. */
export function answers(address: string): Promise<boolean> {
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

/** Removes the socket that does not answer; false: it does, after all. */
async function removeDead(folder: SocketFolder, aside: string): Promise<boolean> {
  if (!(await unless('ENOENT', rename(folder.file(SOCKET_NAME), folder.file(aside))))) return true;
  const alive = await answers(folder.address(aside));
  if (alive) await unless('EEXIST', link(folder.file(aside), folder.file(SOCKET_NAME)));
  await unlink(folder.file(aside));
  return !alive;
}

/** Gives the listening socket `own` the name that clients look for. */
export async function claimName(folder: SocketFolder, own: string): Promise<Told<void>> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (await unless('EEXIST', link(folder.file(own), folder.file(SOCKET_NAME)))) {
      await unlink(folder.file(own));
      return ok(undefined);
    }
    if (await answers(folder.address(SOCKET_NAME))) break;
    if (!(await removeDead(folder, `${own}.dead`))) break;
  }
  return mistake('temporary', `another daemon already runs on this data folder (${folder.file(SOCKET_NAME)} answers)`);
}

/** Gives the name up, unless it is no longer ours. */
export async function releaseName(folder: SocketFolder, inode: number): Promise<void> {
  await unless(
    'ENOENT',
    (async () => {
      const there = await lstat(folder.file(SOCKET_NAME));
      if (there.ino === inode) await unlink(folder.file(SOCKET_NAME));
    })(),
  );
}
