// The daemon's end of the control socket, which is also the lock of the data folder (claim.ts).
// Takes the folder; gives a server that listens at once, so that a second daemon is told before it touches anything, and
// that answers once the daemon is ready.

import { randomBytes } from 'node:crypto';
import { chmod, lstat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';

import { ok } from '../core/result.js';
import type { Log } from '../ports.js';
import { claimName, releaseName } from './claim.js';
import { MAX_REQUEST_BYTES, mistake, type Told } from './protocol.js';
import { Sessions, type Handle } from './sessions.js';
import { openSocketFolder, SOCKET_NAME } from './socket-path.js';

const MAX_CONNECTIONS = 64;

export interface ControlServer {
  /** Where it listens, for the start-up lines. */
  readonly path: string;
  /** Starts to answer; requests that came before have waited for this. */
  serve(handle: Handle): void;
  /** Lets requests under way end (a few seconds at most), then gives the data folder free. */
  stop(): Promise<void>;
}

interface ControlOptions {
  readonly dataDir: string;
  readonly log: Log;
  readonly maxRequestBytes?: number;
}

/** Claims the data folder, which must exist; a second daemon on it gets the mistake `temporary`. */
export async function startControl(options: ControlOptions): Promise<Told<ControlServer>> {
  const opened = openSocketFolder(options.dataDir);
  if (!opened.ok) return opened;
  const folder = opened.value;
  const sessions = new Sessions(options.log, options.maxRequestBytes ?? MAX_REQUEST_BYTES);
  const server = createServer({ allowHalfOpen: true }, (socket) => sessions.open(socket));
  server.maxConnections = MAX_CONNECTIONS;
  const own = `${SOCKET_NAME}.${randomBytes(4).toString('hex')}`;
  try {
    await listen(server, folder.address(own));
  } catch (error) {
    folder.close();
    return mistake('cannot-create', `no socket can be made in the data folder ${options.dataDir}: ${String(error)}`);
  }
  // Before it has the name that clients look for.
  await chmod(folder.file(own), 0o600);
  const { ino } = await lstat(folder.file(own));
  const claimed = await claimName(folder, own);
  if (!claimed.ok) {
    // Closing removes its own name as well.
    await close(server);
    folder.close();
    return claimed;
  }
  const stop = async (): Promise<void> => {
    await releaseName(folder, ino);
    await Promise.all([close(server), sessions.stop()]);
    folder.close();
  };
  return ok({ path: folder.file(SOCKET_NAME), serve: (handle) => sessions.serve(handle), stop });
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
