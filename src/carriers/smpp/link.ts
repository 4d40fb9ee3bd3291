// Keeps one connection to the SMSC: binds, and after its end (or a bind that failed) connects again, later and later, with
// jitter. Tells a configuration that cannot work (a wrong password) as an error in the log, and then asks rarely, so that
// the account is not locked. Takes a clock and chance. Source: the field (10 s and jitter); statuses.ts.

import type { Cancel } from '../../ports.js';
import { Session, type BindResult, type SessionWorld } from './session.js';
import { statusRow } from './statuses.js';

export interface LinkWorld extends Omit<SessionWorld, 'onClosed'> {
  /** From 0 to 1. */
  readonly random: () => number;
  /** It was bound, or is not any more. */
  readonly onChange: () => void;
}

const LONGEST_FACTOR = 6;
const MISCONFIGURED_FACTOR = 30;
/** While a bind is under way nobody knows how long it takes. */
const SOON_MS = 500;

export class Link {
  readonly #world: LinkWorld;
  #session: Session | null = null;
  #cancelRetry: Cancel = () => undefined;
  #retryAtMs = 0;
  #failures = 0;
  #stopped = false;

  constructor(world: LinkWorld) {
    this.#world = world;
  }

  /** Null: not bound. */
  get session(): Session | null {
    return this.#session?.isBound === true ? this.#session : null;
  }

  /** When it is worth to look again. */
  get readyInMs(): number {
    return Math.max(SOON_MS, this.#retryAtMs - this.#world.clock.elapsed() + SOON_MS);
  }

  start(): void {
    this.#cancelRetry = () => undefined;
    const session = new Session({ ...this.#world, onClosed: (reason) => this.#lost(reason) });
    this.#session = session;
    void session.bound.then((result) => this.#bound(result));
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    await this.#session?.stop(graceMs);
  }

  #bound(result: BindResult): void {
    const { carrier, command, log, onChange } = this.#world;
    if (this.#stopped) return;
    if (result.kind === 'bound') {
      this.#failures = 0;
      log.info('carrier.connected', { carrier, bind: command });
      onChange();
      return;
    }
    const { code, meaning } = result.kind === 'refused' ? statusRow(result.status) : { ...result, meaning: 'rebind' };
    const isMisconfigured = meaning === 'configuration';
    if (isMisconfigured) log.error('carrier.misconfigured', { carrier, bind: command, status: code });
    else log.warn('carrier.not-connected', { carrier, bind: command, status: code });
    this.#retry(isMisconfigured ? MISCONFIGURED_FACTOR : Math.min(LONGEST_FACTOR, 2 ** this.#failures));
    this.#failures += 1;
    onChange();
  }

  #lost(reason: string): void {
    const { carrier, command, log, onChange } = this.#world;
    if (this.#stopped) return;
    log.warn('carrier.disconnected', { carrier, bind: command, status: reason });
    this.#retry(1);
    onChange();
  }

  /** Between half and the whole of the delay. */
  #retry(factor: number): void {
    const { clock, options, random } = this.#world;
    const delayMs = options.reconnectMs * factor * (0.5 + random() / 2);
    this.#retryAtMs = clock.elapsed() + delayMs;
    this.#cancelRetry = clock.after(delayMs, () => this.start());
  }
}
