// A carrier over SMPP 3.4: its connections, what leaves over them (submitter.ts), and what is delivered over them:
// receipts and replies, answered only when they were taken. What nobody could take is asked for again.

import type { Outcome, Submission } from '../../core/carriage.js';
import { faultLevel } from '../../core/unavailable.js';
import type { Carrier, CarrierEvents, Clock, Log } from '../../ports.js';
import { Correlation } from './correlation.js';
import { Gate } from './gate.js';
import { readDelivery, type Delivery, type DeliveryPdu } from './incoming.js';
import { Link } from './link.js';
import type { SmppSettings } from './options.js';
import { readReceipt } from './receipts.js';
import { Replies } from './replies.js';
import type { BindCommand } from './requests.js';
import { STATUS } from './statuses.js';
import { Submitter } from './submitter.js';

export interface SmppOptions extends SmppSettings {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Between `start` and `stop`. */
interface Running {
  readonly links: readonly Link[];
  readonly gate: Gate;
  readonly submitter: Submitter;
  readonly replies: Replies;
}

/** With the graces of the daemon well under the 10 seconds that its stop may take. */
const UNBIND_GRACE_MS = 1_500;

const BINDS: Readonly<Record<SmppSettings['bindMode'], readonly BindCommand[]>> = {
  transceiver: ['bind_transceiver'],
  separate: ['bind_transmitter', 'bind_receiver'],
};

export function createSmppCarrier(options: SmppOptions): Carrier {
  return new SmppCarrier(options);
}

class SmppCarrier implements Carrier {
  readonly name: string;
  readonly window: number;
  readonly #options: SmppOptions;
  readonly #correlation: Correlation;
  #running: Running | null = null;

  constructor(options: SmppOptions) {
    this.name = options.name;
    this.window = options.window * options.connections;
    this.#options = options;
    this.#correlation = new Correlation(Math.floor(options.random() * 0x1_0000), options.userReference);
  }

  /** Does not wait for the SMSC: it may be down, and the daemon takes mails all the same. */
  start(events: CarrierEvents): Promise<void> {
    const { clock, log, random, window, rate, connections, bindMode } = this.#options;
    const carrier = this.name;
    const replies = new Replies({
      ...{ carrier, clock, log, incoming: this.#options },
      onReply: (reply) => events.onReply?.(reply) ?? Promise.reject(new Error('nobody takes replies')),
    });
    const bind = (command: BindCommand): Link =>
      new Link({
        ...{ carrier, clock, log, random, command, options: this.#options },
        onDelivery: (pdu) => this.#take(pdu, events, replies),
        onChange: () => gate.look(),
      });
    const pairs = Array.from({ length: connections }, () => BINDS[bindMode].map(bind));
    const links = pairs.flat();
    const transmitting = pairs.flatMap((pair) => pair.slice(0, 1));
    const gate = new Gate({ links: transmitting, window, rate, clock });
    const world = { carrier, options: this.#options, gate, correlation: this.#correlation, clock, log, random };
    this.#running = { links, gate, submitter: new Submitter(world), replies };
    for (const link of links) link.start();
    return Promise.resolve();
  }

  submit(submission: Submission): Promise<Outcome> {
    const notConnected: Outcome = { kind: 'deferred', code: 'not-connected', scope: 'carrier' };
    return this.#running?.submitter.submit(submission) ?? Promise.resolve(notConnected);
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (!running) return;
    running.gate.stop();
    running.submitter.stop();
    await Promise.all(running.links.map((link) => link.stop(UNBIND_GRACE_MS)));
    await running.replies.stop();
  }

  /** The command_status of the answer. */
  async #take(pdu: DeliveryPdu, events: CarrierEvents, replies: Replies): Promise<number> {
    const delivery = readDelivery(pdu);
    try {
      if (delivery.kind === 'receipt') await this.#takeReceipt(delivery, events);
      else await replies.receive(delivery);
      return STATUS.ok;
    } catch (err) {
      this.#options.log[faultLevel(err)]('carrier.delivery-not-taken', {
        carrier: this.name,
        kind: delivery.kind,
        err,
      });
      return STATUS.temporaryFailure;
    }
  }

  async #takeReceipt(delivery: Delivery, events: CarrierEvents): Promise<void> {
    const receipt = readReceipt(delivery, this.#options);
    const found = receipt && this.#correlation.find(receipt);
    if (!receipt || !found) {
      // It would be no better when it came again.
      this.#options.log.warn('smpp.receipt-of-nothing', { carrier: this.name });
      return;
    }
    const { state, reason, to } = receipt;
    await events.onReceipt({ carrier: this.name, ...found, to, state, reason, raw: rawOf(delivery) });
  }
}

/** The text as it came, and the parameters as `tag=value`, hexadecimal. */
function rawOf({ octets, tlvs }: Delivery): string {
  const text = Buffer.from(octets).toString('latin1');
  const parameters = [...tlvs].map(([tag, value]) => `${tag.toString(16)}=${Buffer.from(value).toString('hex')}`);
  return [text, ...parameters].join(' ').trim();
}
