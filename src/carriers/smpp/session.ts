// One connection to an SMSC, from bind to unbind: keeps the link alive, hands on what is delivered, and answers it only
// when that was taken. Never opens a second connection, never sends a request again.
// Source: SMPP 3.4 §2.2 (states), §2.9 (timers), §4.1 (bind), §4.2 (unbind), §4.6 (deliver_sm), §4.11 (enquire_link).

import type { Cancel, Clock, Log } from '../../ports.js';
import { COMMANDS } from './commands.js';
import type { DeliveryPdu } from './incoming.js';
import type { LinkOptions } from './options.js';
import { isResponse, type Pdu } from './pdu.js';
import { Requests, type Answer, type BindCommand } from './requests.js';
import { STATUS } from './statuses.js';
import type { SubmitDraft } from './submit.js';
import { NO_TLVS } from './tlvs.js';
import { Transport } from './transport.js';

export type BindResult =
  | { readonly kind: 'bound' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly code: string };

export interface SessionWorld {
  readonly carrier: string;
  readonly options: LinkOptions;
  readonly command: BindCommand;
  readonly clock: Clock;
  readonly log: Log;
  /** Gives the command_status to answer with; never rejects. */
  readonly onDelivery: (pdu: DeliveryPdu) => Promise<number>;
  /** Once, at the end of a session that was bound. */
  readonly onClosed: (reason: string) => void;
}

type AnswerPdu = Extract<Pdu, { readonly command: `${string}_resp` | 'generic_nack' }>;

function isAnswer(pdu: Pdu): pdu is AnswerPdu {
  return isResponse(COMMANDS[pdu.command].id);
}

const INTERFACE_VERSION = 0x34;
/** Deliveries that are not durable yet; more are left in the socket. */
const MOST_DELIVERIES = 100;

export class Session {
  readonly #world: SessionWorld;
  readonly #transport: Transport;
  readonly #requests: Requests;
  readonly #deliveries = new Set<Promise<void>>();
  readonly #bound: Promise<BindResult>;
  #resolveBound: (result: BindResult) => void = () => undefined;
  #state: 'opening' | 'bound' | 'closing' | 'closed' = 'opening';
  #lastHeardMs: number;
  #cancelTimer: Cancel;
  #resolveClosed: () => void = () => undefined;
  readonly #whenClosed: Promise<void>;

  constructor(world: SessionWorld) {
    this.#world = world;
    const { clock, options } = world;
    this.#lastHeardMs = clock.elapsed();
    this.#whenClosed = new Promise((resolve) => (this.#resolveClosed = resolve));
    this.#bound = new Promise((resolve) => (this.#resolveBound = resolve));
    this.#transport = new Transport(options, {
      onOpen: () => void this.#bind(),
      onPdu: (pdu) => this.#receive(pdu),
      onBrokenAnswer: (sequence) => this.#requests.broken(sequence),
      onDrain: () => this.#requests.flush(),
      onClosed: (reason) => this.#end(reason),
    });
    this.#requests = new Requests({
      clock,
      write: (pdu) => this.#transport.write(pdu),
      isCongested: () => this.#transport.isCongested,
    });
    this.#cancelTimer = clock.after(options.bindMs, () => this.#transport.close('bind-timeout'));
  }

  /** How the bind ended; what was not bound is closed. */
  get bound(): Promise<BindResult> {
    return this.#bound;
  }

  get isBound(): boolean {
    return this.#state === 'bound';
  }

  submit(draft: SubmitDraft, onLate: (pdu: Pdu) => void): Promise<Answer> {
    if (!this.isBound) return Promise.resolve({ kind: 'unsent', code: 'not-connected' });
    return this.#requests.send({ command: 'submit_sm', ...draft }, { timeoutMs: this.#world.options.answerMs, onLate });
  }

  /** Finishes what was delivered, says goodbye, waits for its answer, and closes; all that for `graceMs` at most. */
  async stop(graceMs: number): Promise<void> {
    const { clock } = this.#world;
    const wasBound = this.isBound;
    if (wasBound) this.#state = 'closing';
    const cancel = clock.after(graceMs, () => this.#transport.close('stopped'));
    if (wasBound) {
      await Promise.race([Promise.all(this.#deliveries), this.#whenClosed]);
      await this.#requests.send({ command: 'unbind', body: {}, tlvs: NO_TLVS }, { timeoutMs: graceMs });
    }
    cancel();
    this.#transport.close('stopped');
  }

  /** This connection is of no use any more. */
  drop(reason: string): void {
    this.#transport.close(reason);
  }

  async #bind(): Promise<void> {
    const { command, options } = this.#world;
    const { systemId, password, systemType } = options;
    const address = { addressTon: 0, addressNpi: 0, addressRange: '' };
    const body = { systemId, password, systemType, interfaceVersion: INTERFACE_VERSION, ...address };
    const answer = await this.#requests.send({ command, body, tlvs: NO_TLVS }, { timeoutMs: options.bindMs });
    if (this.#state !== 'opening') return;
    if (answer.kind === 'answered') this.#resolveBound({ kind: 'refused', status: answer.pdu.status });
    this.#transport.close(answer.kind === 'answered' ? 'bind refused' : answer.code);
  }

  /** In the same breath as the answer is read: a delivery may stand right behind it. */
  #open(): void {
    this.#state = 'bound';
    this.#cancelTimer();
    this.#watch();
    this.#resolveBound({ kind: 'bound' });
  }

  #end(reason: string): void {
    const wasBound = this.#state === 'bound' || this.#state === 'closing';
    this.#state = 'closed';
    this.#cancelTimer();
    this.#requests.fail('connection-lost');
    this.#resolveBound({ kind: 'failed', code: reason });
    this.#resolveClosed();
    if (wasBound) this.#world.onClosed(reason);
  }

  /** Asks a link that has been silent for long; one that stays silent is dead. */
  #watch(): void {
    const { clock, options } = this.#world;
    const silentMs = clock.elapsed() - this.#lastHeardMs;
    const waitMs = Math.min(options.enquireLinkMs, Math.max(0, options.enquireLinkMs - silentMs));
    this.#cancelTimer = clock.after(waitMs, () => {
      if (clock.elapsed() - this.#lastHeardMs >= options.enquireLinkMs) void this.#enquire();
      else this.#watch();
    });
  }

  async #enquire(): Promise<void> {
    const { clock, options } = this.#world;
    const askedMs = clock.elapsed();
    const draft = { command: 'enquire_link', body: {}, tlvs: NO_TLVS } as const;
    const answer = await this.#requests.send(draft, { timeoutMs: options.bindMs });
    if (this.#state === 'closed') return;
    const isDead = answer.kind !== 'answered' && this.#lastHeardMs <= askedMs;
    if (isDead) this.#transport.close('enquire-link-timeout');
    else this.#watch();
  }

  #receive(pdu: Pdu): void {
    this.#lastHeardMs = this.#world.clock.elapsed();
    if (isAnswer(pdu)) {
      this.#receiveAnswer(pdu);
      return;
    }
    switch (pdu.command) {
      case 'enquire_link':
        this.#answer(pdu, 'enquire_link_resp');
        return;
      case 'deliver_sm':
      case 'data_sm':
        this.#deliver(pdu);
        return;
      case 'unbind':
        this.#answer(pdu, 'unbind_resp');
        this.#transport.close('unbound by the peer');
        return;
      case 'outbind':
      case 'alert_notification':
        return;
      case 'bind_receiver':
      case 'bind_transmitter':
      case 'bind_transceiver':
      case 'submit_sm':
        this.#answer(pdu, 'generic_nack', STATUS.invalidCommandId);
        return;
    }
  }

  #receiveAnswer(pdu: AnswerPdu): void {
    const { command, status, sequence } = pdu;
    const { carrier, log, command: bind } = this.#world;
    if (!this.#requests.answered(pdu)) log.debug('smpp.stray-answer', { carrier, command, status, sequence });
    else if (this.#state === 'opening' && command === `${bind}_resp` && status === STATUS.ok) this.#open();
  }

  #answer(
    { sequence }: Pdu,
    command: 'enquire_link_resp' | 'unbind_resp' | 'generic_nack',
    status: number = STATUS.ok,
  ): void {
    this.#transport.write({ command, status, sequence, body: {}, tlvs: NO_TLVS });
  }

  #deliver(pdu: DeliveryPdu): void {
    const { command, sequence } = pdu;
    const answer = (status: number): void =>
      this.#transport.write({ command: `${command}_resp`, status, sequence, body: { messageId: '' }, tlvs: NO_TLVS });
    if (!this.isBound) {
      answer(this.#state === 'opening' ? STATUS.wrongBindState : STATUS.temporaryFailure);
      return;
    }
    const delivering = this.#world.onDelivery(pdu).then((status) => {
      this.#deliveries.delete(delivering);
      if (this.#deliveries.size < MOST_DELIVERIES) this.#transport.resume();
      answer(status);
    });
    this.#deliveries.add(delivering);
    if (this.#deliveries.size >= MOST_DELIVERIES) this.#transport.pause();
  }
}
