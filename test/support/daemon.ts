// The built daemon in a process of its own, on a free port, with a data folder of its own. Takes YAML; gives its port,
// what its phones and outbox hold, and its commands. It is ended by its own process id, never by name.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createTransport } from 'nodemailer';

import type { PhoneEntry } from '../../src/carriers/phone.js';
import type { MessageView } from '../../src/cli/operations/message-view.js';
import { eventually } from './eventually.js';
import { cleanEnvironment, jsonLines, petitbleu, PROGRAM, type Ran } from './program.js';

export interface DaemonWish {
  /** A data folder of before; without it a new one, which `dispose` removes. */
  readonly folder?: string;
  /** Without it the daemon starts without a configuration, as in somebody's first minute. */
  readonly yaml?: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Loopback, any free port; everything else as it is shipped. */
const ENVIRONMENT = { PETITBLEU__mail__smtp__listen: '127.0.0.1:0' };
const READY = /^SMTP +127\.0\.0\.1:(\d+)$/m;
const START_WITHIN_MS = 20_000;

function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'petitbleu-'));
}

export class DaemonProcess {
  readonly folder: string;
  readonly configFile: string;
  readonly ended: Promise<Ending>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  #ending: Ending | null = null;

  private constructor({ folder = newFolder(), yaml }: DaemonWish) {
    this.folder = folder;
    this.configFile = path.join(folder, 'petitbleu.yaml');
    if (yaml !== undefined) this.configure(yaml);
    const config = yaml === undefined ? [] : ['--config', this.configFile];
    const child = spawn(process.execPath, [PROGRAM, 'start', '--data', folder, ...config], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment(ENVIRONMENT),
      // A petitbleu.yaml of whoever runs the tests must not be found.
      cwd: tmpdir(),
    });
    child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString('utf8')));
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        this.#ending = { code, signal };
        resolve(this.#ending);
      });
    });
  }

  /** Started and ready, or dead with what it said. */
  static async start(wish: DaemonWish = {}): Promise<DaemonProcess> {
    const daemon = DaemonProcess.launch(wish);
    await eventually('the daemon is ready', () => daemon.isReady || daemon.#ending, START_WITHIN_MS);
    if (!daemon.isReady) throw new Error(`the daemon did not start:\n${daemon.stderr}`);
    return daemon;
  }

  /** Not waited for. */
  static launch(wish: DaemonWish): DaemonProcess {
    return new DaemonProcess(wish);
  }

  get isReady(): boolean {
    return READY.test(this.stdout);
  }

  get port(): number {
    return Number(READY.exec(this.stdout)?.[1]);
  }

  /** For the next start or reload. */
  configure(yaml: string): void {
    writeFileSync(this.configFile, yaml);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  stop(): Promise<Ending> {
    this.signal('SIGTERM');
    return this.ended;
  }

  /** The last thing of a test. A daemon that still runs is killed. */
  async dispose(): Promise<void> {
    if (!this.#ending) this.signal('SIGKILL');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The log, as objects. */
  get events(): { readonly event: string; readonly [field: string]: unknown }[] {
    return jsonLines({ stdout: this.stderr.split('\n').filter(isJson).join('\n') });
  }

  /** Of whole lines only: one may be being written. */
  get phone(): PhoneEntry[] {
    const file = path.join(this.folder, 'phone.jsonl');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return jsonLines({ stdout: text.slice(0, text.lastIndexOf('\n') + 1) });
  }

  get outbox(): string[] {
    const folder = path.join(this.folder, 'outbox');
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.eml')) : [];
    return names.sort().map((name) => readFileSync(path.join(folder, name), 'utf8'));
  }

  /** `petitbleu WORDS… --data FOLDER`: through the daemon while it runs, else directly. */
  run(...words: readonly string[]): Promise<Ran> {
    const config = existsSync(this.configFile) ? ['--config', this.configFile] : [];
    return petitbleu([...words, '--data', this.folder, ...config], { cwd: tmpdir() });
  }

  /** As `run`; a command that fails is a failed test. */
  async must(...words: readonly string[]): Promise<Ran> {
    const ran = await this.run(...words);
    if (ran.code !== 0) throw new Error(`petitbleu ${words.join(' ')}: exit code ${ran.code}\n${ran.stderr}`);
    return ran;
  }

  async messages(): Promise<MessageView[]> {
    return jsonLines(await this.must('messages', '--json', '--limit', '100000'));
  }
}

function isJson(line: string): boolean {
  return line.startsWith('{');
}

export interface TestMail {
  readonly from: string;
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
}

/** The server's answer to a mail; throws when it is refused or the connection ends. */
export async function sendMail(port: number, { from, to, subject = '', text }: TestMail): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    const { response } = await transport.sendMail({ envelope: { from, to }, from, to, subject, text });
    return response;
  } finally {
    transport.close();
  }
}
