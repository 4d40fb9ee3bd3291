// The carrier of a world, as the harness sees it: a process of its own with a record of its own. What it is told to do,
// what it has written down, and what that means.

import { readRecords } from './records.js';
import { Service } from './processes/service.js';

/** What becomes of a submit_sm; all but `accept` by a share of chance or by the number. */
export type AnswerKind =
  | 'accept'
  | 'throttle'
  | 'queue-full'
  | 'refuse'
  /** Taken, and no answer ever comes. */
  | 'silence'
  /** Taken, and the connection ends instead of an answer. */
  | 'drop'
  /** Taken, and octets come back that are no PDU. */
  | 'garbage';

export interface CarrierBehaviour {
  /** From the submit_sm to its answer. */
  readonly latencyMs: number;
  /** From the answer to the receipt. */
  readonly receiptDelayMs: number;
  /** How often each receipt is sent; 0: never. */
  readonly receipts: number;
  /** The receipt goes before the answer. */
  readonly receiptsFirst: boolean;
  /** From 0 to 1 each; what is left is accepted. */
  readonly shares: Partial<Record<AnswerKind, number>>;
  /** command_status of the answer to a bind. */
  readonly bindStatus: number;
  /** False: nobody listens, and every connection is broken off. */
  readonly listening: boolean;
  /** False: connections are taken, and nothing is ever answered. */
  readonly answering: boolean;
}

export const GOOD_CARRIER: CarrierBehaviour = {
  ...{ latencyMs: 5, receiptDelayMs: 20, receipts: 1, receiptsFirst: false, shares: {}, bindStatus: 0 },
  ...{ listening: true, answering: true },
};

/** Numbers whose last three digits make the carrier answer so; the last two the first time only. */
export const NUMBER_ENDS = { refuse: '911', 'queue-full': '914', throttle: '958' } as const;

export type CarrierRecord =
  | ({ readonly kind: 'submit' } & Taken)
  /** `status` null: it was given no answer. */
  | { readonly kind: 'answer'; readonly n: number; readonly status: number | null; readonly id: string }
  /** `answer` null: the connection ended first. */
  | { readonly kind: 'receipt'; readonly id: string; readonly answer: number | null };

export interface Taken {
  readonly n: number;
  /** By our clock. */
  readonly atMs: number;
  /** E.164. */
  readonly to: string;
  readonly text: string;
  readonly part: number;
}

export class Carrier {
  readonly #service: Service;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.#service = new Service('smsc', [file]);
  }

  port(): Promise<number> {
    return this.#service.call('port');
  }

  /** What is not named becomes as good as new. */
  behave(change: Partial<CarrierBehaviour>): Promise<void> {
    return this.#service.call('behave', { ...GOOD_CARRIER, ...change });
  }

  /** Receipts that the daemon has not taken yet. */
  pendingReceipts(): Promise<number> {
    return this.#service.call('pendingReceipts');
  }

  get records(): CarrierRecord[] {
    return readRecords(this.#file);
  }

  /** Every submit_sm that was not refused in so many words: it may be on its way to a phone. */
  get taken(): Taken[] {
    const { records } = this;
    const refused = new Set(
      records.flatMap((record) => (record.kind === 'answer' && (record.status ?? 0) > 0 ? [record.n] : [])),
    );
    return records.flatMap((record) => (record.kind === 'submit' && !refused.has(record.n) ? [record] : []));
  }

  stop(): Promise<void> {
    return this.#service.stop();
  }
}
