// Debian's Kannel on loopback: bearerbox, smsbox and fakesmsc in processes of their own, each ended by its own id. Takes
// where replies are reported, gives the URL of `sendsms` and what arrived at the fake SMSC.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { eventually } from '../support/eventually.js';

const FAKE_SMSC = '/usr/lib/kannel/test/fakesmsc';

export interface ArrivedSms {
  readonly to: string;
  /** Of one of several parts; `''`: it stands alone. */
  readonly udh: string;
  readonly text: string;
}

export class Kannel {
  readonly url: string;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-kannel-'));
  readonly #ports: readonly number[];
  readonly #running = new Map<string, ChildProcess>();
  #log = '';

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.url = `http://127.0.0.1:${ports[2] ?? 0}/cgi-bin/sendsms`;
  }

  /** `replyUrl`: what Kannel calls with a message from a handset. With `spool` each SMS is a file till it has left. */
  static async start(replyUrl = '', { spool = false } = {}): Promise<Kannel> {
    const kannel = new Kannel(await Promise.all([1, 2, 3, 4].map(freePort)));
    const store = path.join(kannel.#folder, 'store');
    if (spool) mkdirSync(store);
    const core = spool ? `store-type = spool\nstore-location = ${store}\n` : '';
    writeFileSync(path.join(kannel.#folder, 'kannel.conf'), configuration(kannel.#ports, replyUrl, core));
    await kannel.startBoxes();
    return kannel;
  }

  async startBoxes(): Promise<void> {
    const [, smsboxPort = 0, sendPort = 0, smscPort = 0] = this.#ports;
    this.#spawn('bearerbox', ['-v', '3', 'kannel.conf']);
    await isOpen(smsboxPort);
    await isOpen(smscPort);
    this.#spawn('smsbox', ['-v', '3', 'kannel.conf']);
    await isOpen(sendPort);
    this.#connectSmsc([]);
    await eventually('the fake SMSC is connected', () => this.#log.includes('fakesmsc starting'));
  }

  /** Comes from a handset, once. */
  say(from: string, to: string, text: string): void {
    this.#connectSmsc(['-m', '1', `${from} ${to} text ${text}`]);
  }

  /** As they reached the SMSC, in order. */
  get arrived(): ArrivedSms[] {
    const lines = this.#log.matchAll(/Got message \d+: <\S+ (\S+) (text|udh) (.*)>$/gm);
    return Array.from(lines, ([, to = '', kind, rest = '']) => {
      const [udh = '', , ...words] = kind === 'udh' ? rest.split(' ') : ['', '', rest];
      const text = words.join(' ');
      return { to: `+${to}`, udh, text: kind === 'udh' ? decodeURIComponent(text.replaceAll('+', ' ')) : text };
    });
  }

  /** How many `arrived` has; asked often, it costs nothing. */
  get arrivals(): number {
    return Number(/Got message (\d+)/.exec(this.#log.slice(this.#log.lastIndexOf('Got message ')))?.[1] ?? 0);
  }

  /** The processes. */
  get pids(): number[] {
    return [...this.#running.values()].flatMap(({ pid }) => pid ?? []);
  }

  /** Without a word; smsbox ends when it notices. */
  async killBearerbox(): Promise<void> {
    const smsbox = this.#running.get('smsbox');
    await this.#end('bearerbox', 'SIGKILL');
    if (smsbox) await eventually('smsbox has noticed', () => hasEnded(smsbox));
    await this.#end('smsc', 'SIGTERM');
    this.#log = this.#log.replaceAll('fakesmsc starting', '');
  }

  async stop(): Promise<void> {
    for (const name of [...this.#running.keys()].reverse()) await this.#end(name, 'SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #connectSmsc(words: readonly string[]): void {
    const port = String(this.#ports[3]);
    const quiet = ['-i', '100000', '-m', '0', 'x y text z'];
    const child = this.#spawn(`smsc${words.join('')}`, [
      '-H',
      '127.0.0.1',
      '-r',
      port,
      ...(words.length > 0 ? words : quiet),
    ]);
    child.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString('utf8')));
    child.stdout?.on('data', (chunk: Buffer) => (this.#log += chunk.toString('utf8')));
  }

  #spawn(name: string, words: readonly string[]): ChildProcess {
    const command = name.startsWith('smsc') ? FAKE_SMSC : name;
    const child = spawn(command, words, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.resume();
    child.stderr.resume();
    this.#running.set(name, child);
    return child;
  }

  async #end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#running.get(name);
    this.#running.delete(name);
    if (!child || hasEnded(child)) return;
    child.kill(signal);
    await eventually(`${name} has ended`, () => hasEnded(child));
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** `core`: further lines of the group of that name. */
function configuration(ports: readonly number[], replyUrl: string, core: string): string {
  const [admin = 0, smsbox = 0, send = 0, smsc = 0] = ports;
  return `group = core
${core}admin-port = ${admin}
admin-interface = "127.0.0.1"
admin-password = peer
smsbox-port = ${smsbox}
smsbox-interface = "127.0.0.1"
box-allow-ip = 127.0.0.1
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = FAKE
host = 127.0.0.1
port = ${smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${send}
sendsms-interface = "127.0.0.1"
global-sender = 36000

group = sendsms-user
username = petitbleu
password = s3cret
max-messages = 1

group = sms-service
keyword = default
max-messages = 0
${replyUrl === '' ? 'text = ""' : `get-url = "${replyUrl}?from=%p&to=%P&text=%a"`}
`;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return eventually(`port ${port} is open`, () => {
    return new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  });
}
