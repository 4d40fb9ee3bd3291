// Each port that the configuration wants: free, held by the daemon that runs, or taken by somebody else, by name where Linux
// tells it. Binds a free one for a moment; sends nothing to anybody.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

import { formatEndpoint, type Endpoint, type SocketPath } from '../../config/names.js';
import { bad, doubtful, good, type Finding, type Look } from './finding.js';

interface Wanted extends Endpoint {
  readonly key: string;
}

export const lookAtPorts: Look = async ({ config, daemon }) => {
  const { smtp, submission, lmtp } = config.mail;
  const of = (key: string, places: readonly (Endpoint | SocketPath)[]): Wanted[] =>
    places.flatMap((place) => ('path' in place ? [] : [{ ...place, key }]));
  const wanted = [
    ...of('mail.smtp.listen', smtp.listen),
    ...of('mail.submission.listen', submission.listen),
    ...of('mail.submission.listenTls', submission.listenTls),
    ...of('mail.lmtp.listen', lmtp.listen),
    ...of('http.listen', config.http.listen),
  ];
  return Promise.all(wanted.map((one) => lookAtPort(one, daemon)));
};

async function lookAtPort(
  wanted: Wanted,
  daemon: { readonly pid: number; readonly listening: readonly string[] } | null,
): Promise<Finding> {
  const { key, port } = wanted;
  const what = `port ${formatEndpoint(wanted)}`;
  if (port === 0) return good(what, `any free one (${key})`);
  if (daemon?.listening.includes(formatEndpoint(wanted)))
    return good(what, `the daemon listens there (process ${daemon.pid})`);
  const code = await tryToBind(wanted);
  if (code === null) return daemon ? notTaken(what, key) : good(what, 'free');
  if (code === 'EADDRINUSE')
    return bad(what, `taken by ${holderOf(port) ?? 'another program'}`, `stop that program, or change ${key}`);
  if (code === 'EACCES')
    return bad(
      what,
      'ports below 1024 need a right',
      `give CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities), or change ${key}`,
    );
  if (code === 'EADDRNOTAVAIL') return bad(what, 'no address of this machine', `change ${key}`);
  return bad(what, `cannot be opened: ${code}`, `change ${key}`);
}

function notTaken(what: string, key: string): Finding {
  return doubtful(what, 'free: the daemon does not listen there', `${key} has changed since its start: restart it`);
}

/** The code of the error; null: it is free. */
function tryToBind({ host, port }: Endpoint): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

const LISTENING = '0A';

/** `nginx (process 4711)`; null: somebody else's, or not Linux. */
function holderOf(port: number): string | null {
  try {
    const wanted = port.toString(16).toUpperCase().padStart(4, '0');
    const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n'));
    const inodes = lines
      .map((line) => line.trim().split(/\s+/))
      .filter((at) => at[1]?.endsWith(`:${wanted}`) && at[3] === LISTENING)
      .map((at) => at[9]);
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && inodes.some((inode) => holds(name, inode)));
    return pid === undefined ? null : `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
  } catch {
    return null;
  }
}

function holds(pid: string, inode: string | undefined): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
  } catch {
    return false;
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
