// The whole daemon in this process, on free ports, with a clock that only the test moves. Mails go in over real SMTP.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { createTransport } from 'nodemailer';
import { onTestFinished } from 'vitest';

import type { PhoneEntry } from '../../src/carriers/phone.js';
import { connectControl } from '../../src/control/client.js';
import { startDaemon, type Daemon, type DaemonOptions } from '../../src/main.js';
import { verifyFile } from '../../src/store/verify.js';
import { FakeClock, settle, until } from '../support/fake-clock.js';
import { temporaryFolder } from '../support/store.js';

/** A Monday in winter, 10:00 in Paris, as in the cases. */
export const MONDAY_TEN = Date.parse('2026-11-23T10:00:00+01:00');

export interface Reply {
  readonly code: number;
  readonly text: string;
}

export interface MailWish {
  readonly from?: string;
  readonly to: string | readonly string[];
  readonly subject?: string;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly messageId?: string;
  /** A whole mail as it stands; it needs the envelope with it. */
  readonly raw?: string;
  readonly envelope?: { readonly from: string; readonly to: string };
  /** Of the client; any 127.0.0.0/8 will do. */
  readonly localAddress?: string;
}

/** Of a daemon besides its file. */
export type GatewayOptions = Pick<DaemonOptions, 'env' | 'resolve'>;

export class Gateway {
  readonly folder: string;
  readonly clock: FakeClock;
  #daemon: Daemon | null = null;
  readonly #config: string;

  private constructor(
    config: string,
    readonly options: GatewayOptions,
  ) {
    this.folder = temporaryFolder();
    this.clock = new FakeClock(MONDAY_TEN);
    this.#config = path.join(this.folder, 'petitbleu.yaml');
    writeFileSync(
      this.#config,
      `mail:\n  domains: [gw.example]\n  smtp: { listen: "127.0.0.1:0" }\nlog: { level: error }\n${config}`,
    );
  }

  /** `config` is further YAML: sections besides `mail` and `log`; keys of those come through `env`. */
  static async start(config = '', options: GatewayOptions = { env: {} }): Promise<Gateway> {
    const gateway = new Gateway(config, options);
    await gateway.start();
    onTestFinished(() => gateway.stop());
    return gateway;
  }

  get daemon(): Daemon {
    if (!this.#daemon) throw new Error('the gateway is stopped');
    return this.#daemon;
  }

  async start(): Promise<void> {
    const dataDir = path.join(this.folder, 'data');
    const started = await startDaemon({
      ...{ file: this.#config, dataDir, clock: this.clock, threads: false },
      ...this.options,
    });
    if (!started.ok) throw new Error(started.error.text);
    this.#daemon = started.value;
  }

  async stop(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (!daemon) return;
    const end = { reached: false };
    const stopping = daemon.stop().finally(() => (end.reached = true));
    // Graces are waited for on the test's clock.
    while (!end.reached) {
      await this.clock.advance(100);
      await settle(1);
    }
    await stopping;
  }

  /** What a command would ask the daemon through its socket. */
  async ask<T>(operation: string, params: unknown): Promise<T> {
    const client = await connectControl(path.join(this.folder, 'data'));
    if (!client.ok || client.value === null) throw new Error('no daemon');
    const answer = await client.value.call(operation, params);
    client.value.stop();
    if (!answer.ok) throw new Error(answer.error.text);
    return answer.value as T;
  }

  /** What `petitbleu verify` would find. */
  faults(): Promise<readonly string[]> {
    return Promise.resolve(verifyFile(path.join(this.folder, 'data', 'petitbleu.db')).faults);
  }

  /** Gives the code. */
  async account(email: string, credits: number, settings: Readonly<Record<string, string>> = {}): Promise<string> {
    const params = { email, creditsMilli: credits * 1000, settings, mail: false };
    return (await this.ask<{ code: string }>('account.create', params)).code;
  }

  /** The reply to the whole mail (or to the recipient that was refused first). */
  async mail(wish: MailWish): Promise<Reply> {
    const [address] = this.daemon.addresses;
    const { from = 'alice@example.fr', to, localAddress, ...rest } = wish;
    const transport = createTransport({
      ...{ host: address?.host, port: address?.port, secure: false, ignoreTLS: true },
      ...(localAddress !== undefined && { localAddress }),
    });
    try {
      const sent = await transport.sendMail({ from, to: typeof to === 'string' ? to : [...to], ...rest });
      return replyOf(sent.response);
    } catch (error) {
      return replyOf((error as { response?: string }).response ?? String(error));
    } finally {
      transport.close();
    }
  }

  /** Lets the dispatcher, the simulator and the mail loop do what falls due within that time. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  phone(): PhoneEntry[] {
    return readLines(path.join(this.folder, 'data', 'phone.jsonl')).map((line) => JSON.parse(line) as PhoneEntry);
  }

  /** The outcome mails, oldest first, as they lie in the folder. */
  outbox(): string[] {
    const folder = path.join(this.folder, 'data', 'outbox');
    return readNames(folder)
      .filter((name) => name.endsWith('.eml'))
      .sort()
      .map((name) => readFileSync(path.join(folder, name), 'utf8'));
  }

  /** Passes time in small steps until something is so. */
  async waitFor(condition: () => boolean): Promise<void> {
    let steps = 0;
    await until(() => {
      if (steps % 10 === 0) void this.clock.advance(100);
      steps += 1;
      return condition();
    });
  }
}

function replyOf(response: string): Reply {
  return { code: Number(response.slice(0, 3)), text: response.slice(4) };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
