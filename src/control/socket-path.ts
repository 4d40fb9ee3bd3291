// Where the control socket stands: `control.sock` in the data folder, and how to reach it when that path is too long.
// A unix address holds about 107 bytes (104 on BSD and macOS). On Linux a longer folder is opened and addressed as
// /proc/self/fd/N: the socket stays in the data folder, whose permissions guard it, and no temporary folder is trusted.
// Elsewhere a longer path is a told mistake.

import { closeSync, constants, openSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { ok } from '../core/result.js';
import { mistake, type Told } from './protocol.js';

const MAX_PATH_BYTES = 100;

export const SOCKET_NAME = 'control.sock';

/** What a socket is called before it gets that name: `server.ts`. */
const LONGEST_NAME = `${SOCKET_NAME}.12345678`;

/** A folder whose sockets can be bound and connected to, whatever the length of its path, until `close`. */
export interface SocketFolder {
  /** The path for bind and connect. */
  address(name: string): string;
  /** The true path, for everything else. */
  file(name: string): string;
  close(): void;
}

export function openSocketFolder(dataDir: string): Told<SocketFolder> {
  const folder = resolve(dataDir);
  const file = (name: string): string => join(folder, name);
  if (Buffer.byteLength(file(LONGEST_NAME)) <= MAX_PATH_BYTES)
    return ok({ address: file, file, close: () => undefined });
  if (process.platform !== 'linux')
    return mistake(
      'cannot-create',
      `the path of the data folder is too long for a socket: ${folder}; choose a shorter one`,
    );
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return ok({
    address: (name) => `/proc/self/fd/${descriptor}/${name}`,
    file,
    close: () => {
      closeSync(descriptor);
    },
  });
}
