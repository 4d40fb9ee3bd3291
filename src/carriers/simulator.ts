// A carrier in this process, with phones: takes submissions, answers and sends receipts as its table says for the number
// (behaviours.ts), and writes what arrives to a file. Each part is really encoded, and decoded on the phone's side.
// Needs no network and no time but the clock's. Stopping answers and delivers everything at once: nothing is lost.

import { randomBytes } from 'node:crypto';

import type { Outcome, Receipt, Submission } from '../core/carriage.js';
import type { Carrier, CarrierEvents, Clock, Log } from '../ports.js';
import { Agenda } from './agenda.js';
import { behaviourOf, type Behaviour } from './behaviours.js';
import { Handsets } from './handset.js';
import { PhoneFile } from './phone.js';
import { encodeUserData, type UserData } from './user-data.js';

export interface SimulatorOptions {
  readonly name: string;
  readonly window: number;
  /** From submission to answer. */
  readonly latencyMs: number;
  /** From answer to receipt. */
  readonly receiptDelayMs: number;
  /** Without an answer by then a submission is `unknown`. */
  readonly answerTimeoutMs?: number;
  /** Null: what arrives is shown nowhere. */
  readonly phoneFile: string | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** One submission with its bytes and the ids that the carrier gives them. */
interface Taken {
  readonly submission: Submission;
  readonly behaviour: Behaviour;
  readonly parts: readonly { readonly id: string; readonly data: UserData }[];
}

const ANSWER_TIMEOUT_MS = 10_000;
const THROTTLED_FOR_MS = 1_000;
/** Of a receipt or a reply that is not taken. */
const TRIES = 5;
const AGAIN_AFTER_MS = 1_000;

export function createSimulator(options: SimulatorOptions): Carrier {
  return new Simulator(options);
}

class Simulator implements Carrier {
  readonly name: string;
  readonly window: number;
  readonly #options: SimulatorOptions;
  readonly #agenda: Agenda;
  readonly #handsets = new Handsets();
  readonly #phone: PhoneFile | null;
  /** Ids must not come again after a restart. */
  readonly #idPrefix = randomBytes(4).toString('hex');
  readonly #deferred = new Set<string>();
  readonly #writing = new Set<Promise<void>>();
  #events: CarrierEvents | null = null;
  #inFlight = 0;
  #taken = 0;
  #lastId = 0;

  constructor(options: SimulatorOptions) {
    this.name = options.name;
    this.window = options.window;
    this.#options = options;
    this.#agenda = new Agenda(options.clock);
    this.#phone = options.phoneFile === null ? null : new PhoneFile(options.phoneFile);
  }

  start(events: CarrierEvents): Promise<void> {
    this.#events = events;
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#agenda.drain();
    await Promise.all(this.#writing);
    this.#events = null;
  }

  async submit(submission: Submission): Promise<Outcome> {
    if (!this.#events) return { kind: 'deferred', code: 'not-connected', scope: 'carrier' };
    if (this.#inFlight >= this.window) {
      this.#options.log.warn('simulator.window-exceeded', { carrier: this.name, window: this.window });
      return { kind: 'deferred', code: 'throttled', scope: 'carrier', afterMs: THROTTLED_FOR_MS };
    }
    const parts = this.#encode(submission);
    if (!parts) return { kind: 'refused', code: 'not-encodable' };
    this.#inFlight += 1;
    const outcome = await this.#answer({ submission, behaviour: behaviourOf(submission.to), parts });
    this.#inFlight -= 1;
    return outcome;
  }

  /** Null for what acceptance should not have let through. */
  #encode({ messageId, text, encoding, parts }: Submission): Taken['parts'] | null {
    try {
      const encoded = encodeUserData(text, encoding, this.#taken++ & 0xff);
      if (encoded.length === parts) return encoded.map((data) => ({ id: this.#newId(), data }));
    } catch {
      // A character outside the alphabet; the message says no more than this log line.
    }
    this.#options.log.error('simulator.not-encodable', { message: messageId, encoding, parts });
    return null;
  }

  #newId(): string {
    this.#lastId += 1;
    return `${this.#idPrefix}-${this.#lastId}`;
  }

  #answer(taken: Taken): Promise<Outcome> {
    const { latencyMs, answerTimeoutMs = ANSWER_TIMEOUT_MS } = this.#options;
    const { answer, code, latencyFactor } = taken.behaviour;
    const answerMs = latencyMs * latencyFactor;
    return new Promise((resolve) => {
      if (answer === 'silent' || answerMs > answerTimeoutMs) {
        this.#agenda.after(answerTimeoutMs, () => {
          resolve({ kind: 'unknown', code: code || 'timeout' });
          return Promise.resolve();
        });
      }
      this.#agenda.after(answerMs, async () => {
        const outcome = this.#decide(taken);
        const isAccepted = outcome.kind === 'accepted';
        if (isAccepted && taken.behaviour.receipts === 'early') await this.#deliver(taken);
        if (answer !== 'silent') resolve(outcome);
        if (isAccepted && taken.behaviour.receipts !== 'early') this.#deliverLater(taken);
      });
    });
  }

  #decide({ submission: { messageId, flash }, behaviour, parts }: Taken): Outcome {
    const { answer, code } = behaviour;
    const accepted: Outcome = { kind: 'accepted', carrierIds: parts.map(({ id }) => id) };
    switch (answer) {
      case 'accept':
      case 'silent':
        return accepted;
      case 'refuse':
        return { kind: 'refused', code };
      case 'refuse-normal':
        return flash ? accepted : { kind: 'refused', code };
      case 'defer-message':
      case 'defer-carrier':
        if (this.#deferred.delete(messageId)) return accepted;
        this.#deferred.add(messageId);
        return answer === 'defer-message'
          ? { kind: 'deferred', code, scope: 'message' }
          : { kind: 'deferred', code, scope: 'carrier', afterMs: THROTTLED_FOR_MS };
    }
  }

  #deliverLater(taken: Taken): void {
    const { validityMs } = taken.submission;
    const isLate = this.#options.receiptDelayMs > validityMs;
    const behaviour: Behaviour = isLate
      ? { ...taken.behaviour, arrives: false, states: ['expired'], reason: 'validity-expired' }
      : taken.behaviour;
    this.#agenda.after(Math.min(this.#options.receiptDelayMs, validityMs), () =>
      this.#deliver({ ...taken, behaviour }),
    );
  }

  async #deliver(taken: Taken): Promise<void> {
    const { behaviour, parts } = taken;
    const inOrder = behaviour.receipts === 'reversed' ? parts.toReversed() : parts;
    for (const part of inOrder) {
      const isLost = behaviour.losesLastPart && parts.length > 1 && part === parts.at(-1);
      if (behaviour.arrives && !isLost) this.#show(taken, part.data);
      const states: Behaviour['states'] = isLost ? ['undelivered'] : behaviour.states;
      for (const state of states) await this.#report(this.#receipt(taken, part.id, state));
    }
    if (behaviour.reply !== null && behaviour.arrives) this.#replyLater(taken.submission, behaviour.reply);
  }

  /** The person reads, then writes. */
  #replyLater({ to, sender }: Submission, text: string): void {
    const reply = { carrier: this.name, from: to, to: sender ?? this.name, text, raw: text };
    this.#agenda.after(this.#options.receiptDelayMs, () =>
      this.#hand('reply', async () => {
        await this.#events?.onReply?.({ ...reply, atMs: this.#options.clock.now() });
      }),
    );
  }

  #receipt({ submission, behaviour }: Taken, carrierId: string, state: Receipt['state']): Receipt {
    const isGood = state === 'delivered' || state === 'pending';
    const said = {
      carrier: this.name,
      carrierId,
      to: submission.to,
      state,
      reason: isGood ? null : behaviour.reason,
      // Who got no answer has no id to know the receipt by.
      ...(behaviour.answer === 'silent' ? { messageId: submission.messageId } : {}),
    };
    return { ...said, raw: JSON.stringify(said) };
  }

  #report(receipt: Receipt): Promise<void> {
    return this.#hand('receipt', async () => {
      await this.#events?.onReceipt(receipt);
    });
  }

  /** Until it is taken, as a carrier does. */
  async #hand(what: 'receipt' | 'reply', give: () => Promise<void>, tries = TRIES): Promise<void> {
    try {
      await give();
    } catch {
      this.#options.log.warn(`simulator.${what}-not-taken`, { carrier: this.name, tries });
      if (tries > 1) this.#agenda.after(AGAIN_AFTER_MS, () => this.#hand(what, give, tries - 1));
    }
  }

  /** The file is for people to look at: nobody waits for it, and nothing fails with it. */
  #show({ submission }: Taken, data: UserData): void {
    const { messageId, to, flash } = submission;
    const from = submission.sender ?? this.name;
    const shown = this.#handsets.receive({ to, from, data });
    if (!shown || !this.#phone) return;
    const at = new Date(this.#options.clock.now()).toISOString();
    const writing = this.#phone
      .append({ at, to, from, ...shown, flash, messageId })
      .catch(() => {
        this.#options.log.warn('simulator.phone-not-written', { carrier: this.name, message: messageId });
      })
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }
}
