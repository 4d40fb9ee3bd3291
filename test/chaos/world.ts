// One world: a data folder, the daemon on it, its carrier, its smarthost, and its mail clients. Everything but the daemon
// outlives what is done to the daemon, and keeps a record of its own.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import Database from 'better-sqlite3';

import { connectControl } from '../../src/control/client.js';
import { eventually } from '../support/eventually.js';
import { Carrier } from './carrier.js';
import { DaemonClock, type ClockWish } from './clock.js';
import { Daemon, type Ending } from './daemon.js';
import { DOMAIN, POOR, RICH } from './mails.js';
import { shimEnvironment, type PowerCutFiles } from './power-cut/shim.js';
import { cutPower, type CutReport, type CutVariant } from './power-cut/undo.js';
import { Random } from './random.js';
import { Smarthost } from './smarthost.js';
import type { HookWish, KillOrder } from './stages.js';
import { Stream } from './stream.js';

export interface WorldWish {
  /** The same seed makes the same mails and the same choices. */
  readonly seed: string;
  /** More of the configuration: whole top-level sections (YAML); `mail`, `carriers` and `log` are taken. */
  readonly yaml?: string;
  /** More keys of the carrier. */
  readonly carrier?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly prefix?: readonly string[];
  readonly synchronous?: HookWish['synchronous'];
  /** What the daemon writes is remembered, so that `cutPower` can take it back. */
  readonly powerCuts?: boolean;
  /** Its clock is moved while it runs. */
  readonly clock?: Pick<ClockWish, 'startsAt'>;
}

/** For one start; what is not named is as the world was wished. */
export type StartWish = Partial<Pick<WorldWish, 'env' | 'prefix'>>;

export const WINDOW = 10;
/** Milli-credits of the account that has some. */
export const CREDITS_MILLI = 1_000_000_000;
/** The daemon's clock runs ahead by so much more after each start: what is deferred falls due between two of them. */
const SHIFT_MS = 40_000;
const HOUR_MS = 3_600_000;
const REACH_WITHIN_MS = 60_000;
const SETTLE_WITHIN_MS = 90_000;

/** A daemon that did not die where it should, or a queue that does not empty: the scenario is not what it says. */
export class Stuck extends Error {}

export class World {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-chaos-'));
  readonly data = path.join(this.folder, 'data');
  readonly random: Random;
  readonly carrier: Carrier;
  readonly smarthost: Smarthost;
  readonly stream: Stream;
  readonly clock: DaemonClock;
  /** Of both accounts; looked for everywhere in the end. */
  readonly codes: Readonly<Record<string, string>>;
  /** As it was after the first start. */
  firstKey = '';
  /** Deaths, by signal or by power cut. */
  deaths = 0;
  readonly #wish: WorldWish;
  readonly #powerCut: PowerCutFiles = {
    under: this.data,
    log: path.join(this.folder, 'power-cut.log'),
    kept: path.join(this.folder, 'power-cut-kept'),
  };
  readonly #killFile = path.join(this.folder, 'kill.json');
  readonly #configFile = path.join(this.folder, 'petitbleu.yaml');
  #daemon: Daemon | null = null;

  private constructor(wish: WorldWish) {
    this.#wish = wish;
    this.random = new Random(wish.seed);
    this.clock = new DaemonClock({ file: wish.clock ? path.join(this.folder, 'clock') : null, ...wish.clock });
    this.codes = { [RICH]: this.#newCode(), [POOR]: this.#newCode() };
    mkdirSync(this.data, { mode: 0o700 });
    this.carrier = new Carrier(this.carrierRecord);
    this.smarthost = new Smarthost(path.join(this.folder, 'smarthost.jsonl'));
    const name = this.random.int(36 ** 3, 36 ** 4 - 1).toString(36);
    const mailWorld = { random: this.random, codes: this.codes, nowMs: () => this.clock.nowMs() };
    this.stream = new Stream({ world: mailWorld, name, file: path.join(this.folder, 'told.jsonl') });
  }

  /** With its daemon started and its accounts made. */
  static async create(wish: WorldWish): Promise<World> {
    const world = new World(wish);
    await world.#configure();
    await world.start();
    world.firstKey = world.key;
    const common = { mail: false, settings: { long: 'on' } };
    await world.command('account.create', {
      ...{ email: RICH, code: world.codes[RICH], creditsMilli: CREDITS_MILLI, ...common },
    });
    await world.command('account.create', { email: POOR, code: world.codes[POOR], creditsMilli: 0, ...common });
    return world;
  }

  get carrierRecord(): string {
    return path.join(this.folder, 'carrier.jsonl');
  }

  get logFile(): string {
    return path.join(this.folder, 'daemon.log');
  }

  get database(): string {
    return path.join(this.data, 'petitbleu.db');
  }

  /** Of `petitbleu sendmail`. */
  get spool(): string {
    return path.join(this.data, 'sendmail', 'spool');
  }

  /** What reply addresses are signed with. */
  get key(): string {
    return readFileSync(path.join(this.data, 'reply.key'), 'utf8');
  }

  get daemon(): Daemon {
    if (!this.#daemon) throw new Error('there is no daemon');
    return this.#daemon;
  }

  /** Ready. */
  async start(wish: StartWish = {}): Promise<void> {
    await this.launch(wish).ready();
  }

  /** Not waited for. */
  launch({ env = this.#wish.env, prefix = this.#wish.prefix ?? [] }: StartWish = {}): Daemon {
    rmSync(this.#killFile, { force: true });
    this.clock.move(SHIFT_MS);
    const hook: HookWish = {
      ...{ killFile: this.#killFile, clockShiftMs: this.clock.hookShiftMs },
      synchronous: this.#wish.synchronous ?? 'FULL',
    };
    const hookFile = fileURLToPath(new URL('processes/hook.js', import.meta.url));
    const nodeOptions = `--import=${pathToFileURL(hookFile).href} ${env?.['NODE_OPTIONS'] ?? ''}`;
    const hookEnv = { NODE_OPTIONS: nodeOptions, CHAOS_HOOK: JSON.stringify(hook) };
    const daemon = new Daemon({
      ...{ data: this.data, config: this.#configFile, log: this.logFile },
      ...{ env: { ...this.shim, ...this.clock.environment, ...env, ...hookEnv }, prefix },
    });
    this.#daemon = daemon;
    void daemon.ended.then(() => this.clock.tidyUp(daemon.pid));
    return daemon;
  }

  /** Mails begin to flow from several clients. */
  flow(clients?: number): void {
    this.stream.flow(this.daemon.port, clients);
  }

  /** SIGKILL from outside, at once. */
  async kill(): Promise<void> {
    await this.daemon.kill();
    await this.#died();
  }

  /** The environment in which writes are remembered, where they shall be. */
  get shim(): Readonly<Record<string, string>> {
    return this.#wish.powerCuts === true ? shimEnvironment(this.#powerCut) : {};
  }

  /** Everything stops at once, and what was not synced is gone, or all but some of it. */
  async cutPower(variant: CutVariant): Promise<CutReport> {
    if (this.daemon.isAlive) await this.kill();
    return cutPower(this.#powerCut, variant, this.random);
  }

  /** SIGKILL from inside, at the n-th time that the stage is reached from now on. */
  async killAt(order: KillOrder): Promise<void> {
    writeFileSync(this.#killFile, JSON.stringify(order));
    const { daemon } = this;
    try {
      await eventually(`the stage ${order.stage}`, () => !daemon.isAlive, REACH_WITHIN_MS);
    } catch {
      await this.kill();
      throw new Stuck(`the stage ${order.stage} was not reached ${order.nth} times`);
    }
    await this.#died();
  }

  /** SIGTERM, and its end. */
  async stop(): Promise<Ending> {
    this.daemon.signal('SIGTERM');
    const ending = await this.daemon.ended;
    await this.stream.ended();
    return ending;
  }

  /** Through the control socket. */
  async command<T>(operation: string, params: unknown = {}): Promise<T> {
    const client = await connectControl(this.data);
    if (!client.ok || !client.value) throw new Error('the daemon cannot be reached');
    const answer = await client.value.call(operation, params);
    client.value.stop();
    if (!answer.ok) throw new Error(`${operation}: ${answer.error.text}`);
    return answer.value as T;
  }

  /** Rows as they are now, from a connection of the moment. Only while the daemon runs: a dead one's file is left alone. */
  query<T>(sql: string, ...values: readonly unknown[]): T[] {
    const database = new Database(this.database, { readonly: true, timeout: 10_000 });
    try {
      return database.prepare(sql).all(...values) as T[];
    } finally {
      database.close();
    }
  }

  /** The daemon runs (again), every client has its answer, and nothing moves any more. */
  async settle(): Promise<void> {
    await this.stream.stop();
    if (!this.#daemon?.isAlive) await this.start();
    await this.stream.sendAgain(this.daemon.port);
    let waits = 'nothing';
    try {
      await eventually('nothing moves', async () => (waits = await this.#waiting()) === '', SETTLE_WITHIN_MS);
    } catch {
      throw new Stuck(`after ${SETTLE_WITHIN_MS / 1000} s there still wait: ${waits}`);
    }
  }

  /** As `settle`, and hours later, till what was put off or deferred has had its turn too. */
  async finish(): Promise<void> {
    await this.settle();
    for (let tries = 0; tries < 5 && this.#putOff() > 0; tries += 1) {
      await this.stop();
      this.clock.move(3 * HOUR_MS);
      await this.settle();
    }
  }

  async dispose({ keep }: { readonly keep: boolean }): Promise<void> {
    if (this.#daemon) await this.#daemon.kill();
    await this.stream.stop();
    this.stream.close();
    await Promise.all([this.carrier.stop(), this.smarthost.stop()]);
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  async #died(): Promise<void> {
    await this.daemon.ended;
    this.deaths += 1;
    await this.stream.ended();
  }

  #putOff(): number {
    const [found] = this.query<{ count: number }>(
      `select (select count(*) from messages where state in ('queued', 'scheduled'))
         + (select count(*) from notices where state = 'waiting') as count`,
    );
    return found?.count ?? 0;
  }

  async #waiting(): Promise<string> {
    const now = this.clock.nowMs();
    const moving = this.query<{ what: string; count: number }>(
      `select 'messages ' || state as what, count(*) as count from messages
         where (state in ('queued', 'scheduled') and due_at <= ?) or state in ('submitting', 'submitted') group by state
       union all
       select 'outcome mails', count(*) from notices where state = 'waiting' and due_at <= ? having count(*) > 0`,
      now,
      now,
    );
    const elsewhere = [
      { what: 'receipts', count: await this.carrier.pendingReceipts() },
      { what: 'mails in the spool', count: readdirSync(this.spool).filter((name) => name.endsWith('.mail')).length },
    ].filter(({ count }) => count > 0);
    return [...moving, ...elsewhere].map(({ what, count }) => `${count} ${what}`).join(', ');
  }

  async #configure(): Promise<void> {
    const { yaml = '', carrier = {} } = this.#wish;
    const smsc = {
      ...{ type: 'smpp', host: '127.0.0.1', port: await this.carrier.port(), systemId: 'chaos', window: WINDOW },
      ...{ reconnectSeconds: 1, ...carrier },
    };
    const limits = {
      ...{ perIp: 1000, connections: 1000, mailsPerMinute: 1_000_000, accountMailsPerMinute: 1_000_000 },
      accountMessagesPerMinute: 1_000_000,
    };
    const mail = {
      ...{ domains: [DOMAIN], smtp: { listen: '127.0.0.1:0', limits }, noticesPerHour: 100_000 },
      out: { url: `smtp://127.0.0.1:${await this.smarthost.port()}` },
    };
    const sections = { mail, carriers: { smsc }, log: { format: 'json' } };
    // JSON is YAML.
    const lines = Object.entries(sections).map(([name, section]) => `${name}: ${JSON.stringify(section)}`);
    writeFileSync(this.#configFile, [...lines, yaml, ''].join('\n'));
  }

  /** Letters and digits that stand nowhere by chance. */
  #newCode(): string {
    const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
    return Array.from({ length: 10 }, () => letters[this.random.int(0, letters.length - 1)]).join('');
  }
}
