// Story 2: due Message → Attempt → Outcome. Takes what is due out of the store (committed as `submitting` before a byte
// leaves), gives it to the carrier, and writes down the answer. Never sends again what may have been sent: a silence is
// recorded as `unknown` and left to a receipt or to the operator.

import { CarrierTally, type CarrierError, type OutcomeCounts } from './core/carrier-tally.js';
import { submitDelayMs } from './core/retry.js';
import type { Outcome } from './core/carriage.js';
import { Unavailable } from './core/unavailable.js';
import { Pump, type Turn } from './pump.js';
import type { Carrier, Clock, Log } from './ports.js';
import type { ClaimedMessage, OutcomeRecord, Store } from './store-port.js';

export interface DeliverWorld {
  readonly store: Store;
  readonly carrier: Carrier;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1, for the spread of new tries. */
  readonly random: () => number;
  /** A carrier that has taken nothing for so long is out: what waits for it goes to the next one of its route. */
  readonly outageMs: number;
  /** Something has changed that a mail may tell. */
  readonly onRecorded: () => void;
}

export interface DispatchStatus {
  readonly name: string;
  readonly inFlight: number;
  readonly window: number;
  /** Null: not paused. */
  readonly pausedUntilMs: number | null;
  readonly outSinceMs: number | null;
  readonly counts: OutcomeCounts;
  readonly errors: readonly CarrierError[];
}

const CARRIER_PAUSE_MS = 5000;
const RECORD_AGAIN_MS = 1000;

export class Dispatcher {
  readonly #world: DeliverWorld;
  readonly #pump: Pump;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #tally = new CarrierTally();
  #pausedUntilMs = 0;
  /** Since when the carrier has taken nothing although it was asked; null: it works. */
  #outSinceMs: number | null = null;
  #stopping = false;

  constructor(world: DeliverWorld) {
    this.#world = world;
    this.#pump = new Pump('dispatcher', world, () => this.#turn());
  }

  /** There may be something due. */
  wake(): void {
    this.#pump.wake();
  }

  get status(): DispatchStatus {
    const { carrier, clock } = this.#world;
    return {
      name: carrier.name,
      inFlight: this.#inFlight.size,
      window: carrier.window,
      pausedUntilMs: this.#pausedUntilMs > clock.now() ? this.#pausedUntilMs : null,
      outSinceMs: this.#outSinceMs,
      counts: this.#tally.counts,
      errors: this.#tally.errors,
    };
  }

  /**
   * Claims no more, gives the submissions under way `graceMs` for their answers, stops the carrier (what is unanswered
   * then is unknown), and resolves when all of it is recorded.
   */
  async stop(graceMs: number): Promise<void> {
    const { clock, carrier } = this.#world;
    await this.#pump.stop();
    await new Promise<void>((resolve) => {
      const cancel = clock.after(graceMs, resolve);
      void Promise.all(this.#inFlight).then(() => {
        cancel();
        resolve();
      });
    });
    await carrier.stop();
    this.#stopping = true;
    await Promise.all(this.#inFlight);
  }

  async #turn(): Promise<Turn> {
    const { store, carrier, clock } = this.#world;
    const nowMs = clock.now();
    if (this.#pausedUntilMs > nowMs) return this.#pausedUntilMs;
    const free = carrier.window - this.#inFlight.size;
    // A full window is woken by the next answer.
    if (free <= 0) return null;
    const claimed = await store.claimDue(carrier.name, free, nowMs);
    for (const message of claimed) this.#start(message);
    return claimed.length > 0 ? 'again' : await store.nextDueMs(carrier.name);
  }

  #start(message: ClaimedMessage): void {
    const attempt = this.#deliver(message).finally(() => {
      this.#inFlight.delete(attempt);
      this.#pump.wake();
    });
    this.#inFlight.add(attempt);
  }

  async #deliver({ submission, attempts }: ClaimedMessage): Promise<void> {
    const { carrier, clock, log, onRecorded } = this.#world;
    const { messageId, to } = submission;
    const outcome = await carrier.submit(submission);
    const nowMs = clock.now();
    this.#tally.record(outcome, nowMs);
    this.#watchCarrier(outcome, nowMs);
    const retryAtMs = nowMs + this.#retryDelayMs(outcome, attempts);
    await this.#record({ messageId, carrier: carrier.name, outcome, retryAtMs, nowMs });
    log.info(`message.${outcome.kind}`, { message: messageId, to, carrier: carrier.name, status: statusOf(outcome) });
    if (isOutage(outcome)) await this.#handOver(outcome, nowMs);
    onRecorded();
  }

  /** A carrier that is throttling or down is left alone for a while: the link waits, not the message. */
  #watchCarrier(outcome: Outcome, nowMs: number): void {
    if (!isOutage(outcome)) {
      this.#outSinceMs = null;
      return;
    }
    this.#outSinceMs ??= nowMs;
    const pauseMs = outcome.afterMs ?? CARRIER_PAUSE_MS;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + pauseMs);
    const { carrier, log } = this.#world;
    log.warn('carrier.paused', { carrier: carrier.name, status: outcome.code, pauseMs });
  }

  /** After an outage, or at once where waiting cannot help. Never what the carrier may have had. */
  async #handOver(outcome: Outage, nowMs: number): Promise<void> {
    const { store, carrier, log, outageMs } = this.#world;
    const out = this.#outSinceMs !== null && nowMs - this.#outSinceMs >= outageMs;
    if (!out && outcome.lasting !== true) return;
    const messages = await store.reroute(carrier.name, nowMs);
    if (messages > 0) log.warn('carrier.handed-over', { carrier: carrier.name, status: outcome.code, messages });
  }

  #retryDelayMs(outcome: Outcome, attempts: number): number {
    if (outcome.kind !== 'deferred') return 0;
    if (outcome.afterMs !== undefined) return outcome.afterMs;
    return outcome.scope === 'carrier' ? CARRIER_PAUSE_MS : submitDelayMs(attempts, this.#world.random());
  }

  /** The carrier has had the message: what it answered is written down as soon as the store can, however long it takes. */
  async #record(outcome: OutcomeRecord): Promise<void> {
    const { store, clock, log } = this.#world;
    for (;;) {
      try {
        await store.recordOutcome(outcome);
        return;
      } catch (err) {
        log.error('outcome.not-recorded', { err, message: outcome.messageId });
        // A fault of ours does not pass by itself: the message stays `submitting`, and is in doubt after the next start.
        if (this.#stopping || !(err instanceof Unavailable)) return;
        await new Promise<void>((resolve) => clock.after(RECORD_AGAIN_MS, resolve));
      }
    }
  }
}

type Outage = Extract<Outcome, { kind: 'deferred' }>;

/** The carrier as a whole cannot take messages now. */
function isOutage(outcome: Outcome): outcome is Outage {
  return outcome.kind === 'deferred' && outcome.scope === 'carrier';
}

function statusOf(outcome: Outcome): string | undefined {
  return outcome.kind === 'accepted' ? undefined : outcome.code;
}
