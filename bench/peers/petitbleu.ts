// The built daemon, everything as it is shipped (each commit is synced) but for the limits that are there against
// strangers, one account with enough credit and no outcome mails. Where nobody listens for its carrier, orders are
// accepted, charged and queued, and stay where they are: that is accepting, and nothing else.

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { eventually } from '../../test/support/eventually.js';
import { cleanEnvironment, run } from '../../test/support/program.js';
import { CODE, DOMAIN, SENDER } from '../load/mails.js';
import { PROGRAM } from '../root.js';
import { pidsOf, isHere, type Peer, type Server } from './peer.js';

export interface DaemonWish {
  /** Of an SMSC; without it nobody listens. */
  readonly smscPort?: number;
  /** Of the account, as `account create --set` takes them. */
  readonly settings?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of node. */
  readonly nodeOptions?: readonly string[];
}

const NO_MAILS = ['notify.recorded=off', 'notify.refused=off', 'notify.finished=off'];
/** `discard`, where nothing listens, and nothing can but by root. */
const NOBODY = 9;
const CREDITS = '100000000';

export function petitbleuPeer(name: string, wish: DaemonWish = {}): Peer {
  return { name, missing: isHere, start: () => startDaemon(wish) };
}

export async function startDaemon(wish: DaemonWish): Promise<Server> {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-bench-'));
  const words = ['--data', folder, '--config', path.join(folder, 'petitbleu.yaml')];
  writeFileSync(path.join(folder, 'petitbleu.yaml'), configuration(wish.smscPort ?? NOBODY));
  const child = launch(folder, words, wish);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await eventually('the daemon is ready', () => {
      if (child.exitCode !== null) throw new Error(readFileSync(path.join(folder, 'log'), 'utf8'));
      const said = readFileSync(path.join(folder, 'out'), 'utf8');
      return Number(/^SMTP +127\.0\.0\.1:(\d+)$/m.exec(said)?.[1] ?? 0) || null;
    });
    await createAccount(words, wish.settings ?? NO_MAILS);
    return { port, pids: pidsOf(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The log goes to a file, as a service's does: read by this process, it would cost the bench its own time. */
function launch(folder: string, words: readonly string[], wish: DaemonWish): ChildProcess {
  const files = ['out', 'log'].map((name) => openSync(path.join(folder, name), 'w'));
  const child = spawn(process.execPath, [...(wish.nodeOptions ?? []), PROGRAM, 'start', ...words], {
    ...{ stdio: ['ignore', ...files], env: cleanEnvironment(wish.environment), cwd: tmpdir() },
  });
  files.forEach(closeSync);
  return child;
}

async function createAccount(words: readonly string[], settings: readonly string[]): Promise<void> {
  const set = settings.flatMap((setting) => ['--set', setting]);
  const given = ['--code', CODE, '--credits', CREDITS, '--no-mail', ...set, ...words];
  const { code, stderr } = await run(process.execPath, [PROGRAM, 'account', 'create', SENDER, ...given], {
    cwd: tmpdir(),
  });
  if (code !== 0) throw new Error(stderr);
}

function configuration(smscPort: number): string {
  return `mail:
  domains: [${DOMAIN}]
  smtp:
    listen: 127.0.0.1:0
    size: 60MB
    limits:
      connections: 10000
      perIp: 10000
      sessionSeconds: 3600
      mailsPerMinute: 1000000
      accountMailsPerMinute: 1000000
      accountMessagesPerMinute: 1000000
queue: {messages: 100000000, accountMessages: 100000000}
carriers:
  smsc:
    type: smpp
    host: 127.0.0.1
    port: ${smscPort}
    systemId: bench
    password: k4n4ry
    window: 100
    outageSeconds: 86400
`;
}
