// From a submission to its outcome: each part through the gate, each answer by the table of statuses.
// Never sends again what may have been sent. The parts of a long text go one after the other: as long as none was accepted
// the answer to the first is the answer to the message; once one was, a part that is put off is tried again here, and one
// that fails makes the message `unknown`: neither "refused" (a piece of it arrives and is paid) nor "accepted" would be true.

import type { Outcome, Submission } from '../../core/carriage.js';
import type { Clock, Log } from '../../ports.js';
import type { Correlation } from './correlation.js';
import type { Gate } from './gate.js';
import { normaliseId } from './ids.js';
import type { SmppSettings } from './options.js';
import type { Pdu } from './pdu.js';
import type { Answer } from './requests.js';
import type { Session } from './session.js';
import { STATUS, statusRow } from './statuses.js';
import { planSubmit, type SubmitDraft } from './submit.js';

export interface SubmitterWorld {
  readonly carrier: string;
  readonly options: SmppSettings;
  readonly gate: Gate;
  readonly correlation: Correlation;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
}

type Failure = Exclude<Outcome, { kind: 'accepted' }>;
type PartOutcome = { readonly kind: 'accepted'; readonly id: string } | Failure;

interface Part {
  readonly submission: Submission;
  readonly draft: SubmitDraft;
  readonly reference: number;
  /** From 1. */
  readonly number: number;
}

/** Of an error that may pass or not. */
const FEW_TRIES = 3;
const MOST_COUNTED = 10_000;
/** Of a part after an accepted one. */
const PART_TRIES = 5;
const PART_AGAIN_MS = 2_000;
const PART_LONGEST_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const MISCONFIGURED_FACTOR = 30;

export class Submitter {
  readonly #world: SubmitterWorld;
  /** Messages that were answered with such an error, and how often. */
  readonly #tries = new Map<string, number>();
  readonly #sleepers = new Set<() => void>();
  #concatenation: number;
  #throttles = 0;
  #pausedUntilMs = 0;
  #stopped = false;

  constructor(world: SubmitterWorld) {
    this.#world = world;
    this.#concatenation = Math.floor(world.random() * 0x1_0000);
  }

  async submit(submission: Submission): Promise<Outcome> {
    const parts = this.#plan(submission);
    if (!parts) return { kind: 'refused', code: 'not-encodable' };
    const carrierIds: string[] = [];
    for (const part of parts) {
      const isFirst = carrierIds.length === 0;
      const outcome = isFirst ? await this.#send(part) : await this.#sendLater(part);
      if (outcome.kind === 'accepted') carrierIds.push(outcome.id);
      else return isFirst ? outcome : { kind: 'unknown', code: `part-${part.number}-${outcome.code}` };
    }
    return { kind: 'accepted', carrierIds };
  }

  /** Who waits to try a part again waits no longer. */
  stop(): void {
    this.#stopped = true;
    for (const wake of this.#sleepers) wake();
  }

  /** Null for what acceptance should not have let through. */
  #plan(submission: Submission): Part[] | null {
    const { carrier, options, correlation, log } = this.#world;
    const { messageId, encoding, parts } = submission;
    const pdus = options.parts === 'payload' ? 1 : parts;
    const user = correlation.begin(submission, pdus);
    if (parts > 1) this.#concatenation = (this.#concatenation + 1) & 0xffff;
    const planned = planSubmit(submission, options, { concatenation: this.#concatenation, user });
    if (planned.ok) {
      return planned.value.map((draft, index) => ({ submission, draft, reference: user + index, number: index + 1 }));
    }
    log.error('smpp.not-encodable', { carrier, message: messageId, encoding, parts, why: planned.error });
    return null;
  }

  async #sendLater(part: Part): Promise<PartOutcome> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#send(part);
      if (outcome.kind !== 'deferred' || tries === PART_TRIES || this.#stopped) return outcome;
      await this.#sleep(Math.min(PART_LONGEST_MS, outcome.afterMs ?? PART_AGAIN_MS * tries));
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#sleepers.delete(wake);
        resolve();
      };
      const cancel = this.#world.clock.after(ms, wake);
      this.#sleepers.add(wake);
      if (this.#stopped) wake();
    });
  }

  async #send(part: Part): Promise<PartOutcome> {
    const place = await this.#world.gate.enter();
    if (!place.session) return { kind: 'deferred', code: place.code, scope: 'carrier', afterMs: place.afterMs };
    const answer = await place.session.submit(part.draft, (pdu) => this.#late(part, pdu));
    place.release();
    return this.#judge(part, answer, place.session);
  }

  #judge(part: Part, answer: Answer, session: Session): PartOutcome {
    if (answer.kind === 'silent') return { kind: 'unknown', code: answer.code };
    if (answer.kind === 'unsent') {
      return answer.code === 'not-encodable'
        ? { kind: 'refused', code: answer.code }
        : { kind: 'deferred', code: answer.code, scope: 'carrier', afterMs: FIRST_PAUSE_MS };
    }
    const { pdu } = answer;
    if (pdu.command !== 'submit_sm_resp' || pdu.status !== STATUS.ok) return this.#refused(part, pdu, session);
    this.#throttles = 0;
    this.#tries.delete(part.submission.messageId);
    const id = normaliseId(pdu.body.messageId, 'answer', this.#world.options.idFormat);
    const { messageId } = part.submission;
    const accepted = { messageId, reference: part.reference, part: part.number };
    return { kind: 'accepted', id: this.#world.correlation.accepted(accepted, id) };
  }

  #refused({ submission }: Part, { command, status }: Pdu, session: Session): Failure {
    const { carrier, options, log } = this.#world;
    // A nack that names no error says no all the same.
    const { code, meaning } = statusRow(command === 'generic_nack' && status === STATUS.ok ? 0xff : status);
    switch (meaning) {
      case 'refuse':
        return { kind: 'refused', code };
      case 'later':
        return { kind: 'deferred', code, scope: 'message' };
      case 'few-tries':
        return this.#countTry(submission.messageId) < FEW_TRIES
          ? { kind: 'deferred', code, scope: 'message' }
          : { kind: 'refused', code };
      case 'pause':
        return { kind: 'deferred', code, scope: 'carrier', afterMs: this.#pause() };
      case 'rebind':
        session.drop(code);
        return { kind: 'deferred', code, scope: 'carrier', afterMs: options.reconnectMs };
      case 'configuration':
        log.error('carrier.misconfigured', { carrier, status: code });
        return { kind: 'deferred', code, scope: 'carrier', afterMs: options.reconnectMs * MISCONFIGURED_FACTOR };
    }
  }

  /** How long; what is answered during a pause does not make it longer. */
  #pause(): number {
    const { clock, gate, random } = this.#world;
    const nowMs = clock.elapsed();
    if (this.#pausedUntilMs <= nowMs) {
      const longestMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#throttles);
      this.#throttles = Math.min(this.#throttles + 1, 10);
      this.#pausedUntilMs = nowMs + Math.round(longestMs * (0.5 + random() / 2));
      gate.pause(this.#pausedUntilMs - nowMs);
    }
    return this.#pausedUntilMs - nowMs;
  }

  #countTry(messageId: string): number {
    const tries = (this.#tries.get(messageId) ?? 0) + 1;
    if (tries === FEW_TRIES) this.#tries.delete(messageId);
    else this.#tries.set(messageId, tries);
    const [oldest] = this.#tries.keys();
    if (oldest !== undefined && this.#tries.size > MOST_COUNTED) this.#tries.delete(oldest);
    return tries;
  }

  #late({ submission }: Part, pdu: Pdu): void {
    const { carrier, options, correlation, log } = this.#world;
    const { messageId } = submission;
    log.warn('smpp.late-answer', { carrier, message: messageId, status: pdu.status });
    if (pdu.command !== 'submit_sm_resp' || pdu.status !== STATUS.ok) return;
    correlation.late(submission, normaliseId(pdu.body.messageId, 'answer', options.idFormat));
  }
}
