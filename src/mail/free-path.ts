// Makes room for a unix socket: a socket that nobody answers at was left by a daemon that died, and is removed.
// Throws, and touches nothing, where somebody answers or something else has that name.

import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

export async function freePath(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (!found) return;
  if (!found.isSocket()) throw new Error('there is something else of that name');
  if (await answers(path)) throw new Error('somebody listens there already');
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // A full queue of connections (EAGAIN) and a missing permission are somebody's, too.
    socket.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'));
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
