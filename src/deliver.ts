// Story 2: due Message → Attempt → Outcome. Takes what is due out of the store (committed as `submitting` before a byte
// leaves), gives it to the carrier, and writes down the answer. Never sends again what may have been sent: a silence is
// recorded as `unknown` and left to a receipt or to the operator. One commit writes down what was answered and takes out
// as much again: `submitting` is never more than the window of the carrier, and that is what a crash leaves in doubt.

import { CarrierTally, type CarrierError, type OutcomeCounts } from './core/carrier-tally.js';
import { submitDelayMs } from './core/retry.js';
import type { Outcome, Submission } from './core/carriage.js';
import { Unavailable } from './core/unavailable.js';
import { Pump, type Turn } from './pump.js';
import type { Carrier, Clock, Log } from './ports.js';
import type { ClaimedMessage, OutcomeRecord, QueuePlace, Rerouted, Store } from './store-port.js';

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
/** Given to the carrier in one turn of the event loop: what it answers to those before is read in between. */
const START_AT_ONCE = 16;

/** What the carrier has answered, not written down yet. */
interface Answered {
  readonly submission: Submission;
  readonly outcome: Outcome;
  readonly record: OutcomeRecord;
}

export class Dispatcher {
  readonly #world: DeliverWorld;
  readonly #pump: Pump;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #tally = new CarrierTally();
  /** Claimed, not given to the carrier yet. */
  #claimed: ClaimedMessage[] = [];
  #answered: Answered[] = [];
  /** Claimed, and their outcome not written down: with the carrier or on the way to it, answered, or being written down. */
  #open = 0;
  #isWakeDue = false;
  #isStartDue = false;
  /** Elapsed time, as the next: somebody may set the date back by an hour. */
  #pausedUntilMs = 0;
  /** Since when the carrier has taken nothing although it was asked; null: it works. */
  #outSinceMs: number | null = null;

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
      inFlight: this.#inFlight.size + this.#claimed.length,
      window: carrier.window,
      pausedUntilMs: this.#pausedUntilMs > clock.elapsed() ? this.#dateOf(this.#pausedUntilMs) : null,
      outSinceMs: this.#outSinceMs === null ? null : this.#dateOf(this.#outSinceMs),
      counts: this.#tally.counts,
      errors: this.#tally.errors,
    };
  }

  /**
   * Claims no more, gives the submissions under way `graceMs` for their answers, stops the carrier (what is unanswered
   * then is unknown), and resolves when all of it is recorded.
   */
  async stop(graceMs: number): Promise<void> {
    const { clock, carrier, log } = this.#world;
    await this.#pump.stop();
    this.#start(this.#claimed.length);
    await new Promise<void>((resolve) => {
      const cancel = clock.after(graceMs, resolve);
      void Promise.all(this.#inFlight).then(() => {
        cancel();
        resolve();
      });
    });
    await carrier.stop();
    await Promise.all(this.#inFlight);
    // What cannot be recorded any more stays `submitting`, and is in doubt after the next start.
    if (this.#answered.length === 0) return;
    await this.#exchange(this.#answered.splice(0), 0).catch((err: unknown) =>
      log.error('outcomes.not-recorded', { err, carrier: carrier.name }),
    );
  }

  async #turn(): Promise<Turn> {
    const { store, carrier, clock } = this.#world;
    const isPaused = this.#pausedUntilMs > clock.elapsed();
    // One half is written down and claimed anew while the carrier has the other.
    const half = Math.ceil(carrier.window / 2);
    const answered = this.#answered.splice(0, half);
    const free = isPaused ? 0 : Math.max(0, carrier.window - this.#open + answered.length);
    // A full window is woken by the next answer.
    if (free === 0 && answered.length === 0) return isPaused ? this.#dateOf(this.#pausedUntilMs) : null;
    const claimed = await this.#exchange(answered, Math.min(free, half));
    return claimed > 0 || this.#answered.length > 0 || isPaused ? 'again' : await store.nextDueMs(carrier.name);
  }

  /** The first of what is claimed now, the others in the next turns of the event loop. */
  #start(count = START_AT_ONCE): void {
    for (const message of this.#claimed.splice(0, count)) {
      const attempt = this.#submit(message).finally(() => {
        this.#inFlight.delete(attempt);
        this.#wakeSoon();
      });
      this.#inFlight.add(attempt);
    }
    if (this.#claimed.length > 0) this.#startSoon();
  }

  #startSoon(): void {
    if (this.#isStartDue) return;
    this.#isStartDue = true;
    setImmediate(() => {
      this.#isStartDue = false;
      this.#start();
    });
  }

  /** After what else this turn of the event loop brings: answers that come together are written down together. */
  #wakeSoon(): void {
    if (this.#isWakeDue) return;
    this.#isWakeDue = true;
    setImmediate(() => {
      this.#isWakeDue = false;
      this.#pump.wake();
    });
  }

  async #submit({ submission, attempts }: ClaimedMessage): Promise<void> {
    const { carrier, clock } = this.#world;
    const outcome = await carrier.submit(submission);
    const nowMs = clock.now();
    this.#tally.record(outcome, nowMs);
    this.#watchCarrier(outcome);
    const retryAtMs = nowMs + this.#retryDelayMs(outcome, attempts);
    const record = { messageId: submission.messageId, carrier: carrier.name, outcome, retryAtMs, nowMs };
    this.#answered.push({ submission, outcome, record });
  }

  /** What was answered is written down, and up to `limit` messages are claimed and start. Returns how many. */
  async #exchange(answered: readonly Answered[], limit: number): Promise<number> {
    const { store, carrier, clock } = this.#world;
    const outcomes = answered.map(({ record }) => record);
    const nowMs = clock.now();
    let claimed: readonly ClaimedMessage[];
    try {
      claimed =
        outcomes.length === 0
          ? await store.claimDue(carrier.name, limit, nowMs)
          : await store.exchange({ carrier: carrier.name, outcomes, limit, nowMs });
    } catch (fault) {
      // The carrier has had the messages: it is written down as soon as the store can, however long that takes.
      if (fault instanceof Unavailable || answered.length === 0) this.#answered = [...answered, ...this.#answered];
      else await this.#recordEach(answered);
      throw fault;
    }
    this.#open += claimed.length - answered.length;
    this.#claimed.push(...claimed);
    // What waits to be written down is on its way to the store first.
    if (this.#answered.length > 0) this.#startSoon();
    else this.#start();
    // It is written down by now, whatever becomes of what follows from it.
    await this.#tell(answered);
    return claimed.length;
  }

  /** One of them is a fault of ours, which does not pass by itself: it stays `submitting`, the others do not. */
  async #recordEach(answered: readonly Answered[]): Promise<void> {
    const { store, log } = this.#world;
    for (const one of answered) {
      try {
        await store.recordOutcome(one.record);
        await this.#tell([one]);
      } catch (err) {
        log.error('outcome.not-recorded', { err, message: one.record.messageId });
      }
    }
    this.#open -= answered.length;
  }

  async #tell(answered: readonly Answered[]): Promise<void> {
    if (answered.length === 0) return;
    const { carrier, log, onRecorded } = this.#world;
    for (const { outcome, submission } of answered) {
      const { messageId: message, to } = submission;
      log.info(`message.${outcome.kind}`, { message, to, carrier: carrier.name, status: statusOf(outcome) });
    }
    onRecorded();
    const outage = answered.findLast(({ outcome }) => isOutage(outcome));
    if (outage && isOutage(outage.outcome)) await this.#handOver(outage.outcome, outage.record.nowMs);
  }

  /** A carrier that is throttling or down is left alone for a while: the link waits, not the message. */
  #watchCarrier(outcome: Outcome): void {
    if (!isOutage(outcome)) {
      this.#outSinceMs = null;
      return;
    }
    const { carrier, clock, log } = this.#world;
    const elapsedMs = clock.elapsed();
    this.#outSinceMs ??= elapsedMs;
    const pauseMs = outcome.afterMs ?? CARRIER_PAUSE_MS;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, elapsedMs + pauseMs);
    log.warn('carrier.paused', { carrier: carrier.name, status: outcome.code, pauseMs });
  }

  /** After an outage, or at once where waiting cannot help. Never what the carrier may have had. */
  async #handOver(outcome: Outage, nowMs: number): Promise<void> {
    const { store, carrier, clock, log, outageMs, onRecorded } = this.#world;
    const out = this.#outSinceMs !== null && clock.elapsed() - this.#outSinceMs >= outageMs;
    if (!out && outcome.lasting !== true) return;
    let messages = 0;
    let place: QueuePlace | null = null;
    do {
      const { moved, next }: Rerouted = await store.reroute(carrier.name, nowMs, place);
      messages += moved;
      place = next;
    } while (place !== null);
    if (messages === 0) return;
    log.warn('carrier.handed-over', { carrier: carrier.name, status: outcome.code, messages });
    onRecorded();
  }

  /** Of an instant in elapsed time, by the clock of the moment. */
  #dateOf(elapsedMs: number): number {
    const { clock } = this.#world;
    return Math.round(clock.now() + elapsedMs - clock.elapsed());
  }

  #retryDelayMs(outcome: Outcome, attempts: number): number {
    if (outcome.kind !== 'deferred') return 0;
    if (outcome.afterMs !== undefined) return outcome.afterMs;
    return outcome.scope === 'carrier' ? CARRIER_PAUSE_MS : submitDelayMs(attempts, this.#world.random());
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

/** Once woken: what waits for carriers that are not configured any more goes to others, in bites, till nothing is left. */
export function createAdopter({
  store,
  clock,
  log,
  onRecorded,
}: Omit<DeliverWorld, 'carrier' | 'random' | 'outageMs'>): Pump {
  return new Pump('adopter', { clock, log }, async () => {
    const messages = await store.adoptStranded();
    if (messages === 0) return null;
    log.warn('messages.adopted', { messages });
    onRecorded();
    return 'again';
  });
}
