// The mail server that outcome mails leave through, as the harness sees it: a process of its own that writes down every
// mail which it has taken.

import { Service } from './processes/service.js';
import { readRecords } from './records.js';

export interface SmarthostBehaviour {
  readonly latencyMs: number;
  /** Instead of 250 at the end of a mail, which then is not taken; null: all are taken. */
  readonly refuseWith: number | null;
  /** From 0 to 1: taken, and the connection ends before the 250. */
  readonly dropShare: number;
  /** False: nobody listens, and every connection is broken off. */
  readonly listening: boolean;
}

export const GOOD_SMARTHOST: SmarthostBehaviour = { latencyMs: 0, refuseWith: null, dropShare: 0, listening: true };

export interface SmarthostRecord {
  readonly to: string;
  /** Its Message-ID. */
  readonly id: string;
  readonly inReplyTo: string;
  /** False: the daemon cannot know that it was taken. */
  readonly told: boolean;
  readonly raw: string;
}

export class Smarthost {
  readonly #service: Service;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.#service = new Service('mail-host', [file]);
  }

  port(): Promise<number> {
    return this.#service.call('port');
  }

  /** What is not named becomes as good as new. */
  behave(change: Partial<SmarthostBehaviour>): Promise<void> {
    return this.#service.call('behave', { ...GOOD_SMARTHOST, ...change });
  }

  get mails(): SmarthostRecord[] {
    return readRecords(this.#file);
  }

  stop(): Promise<void> {
    return this.#service.stop();
  }
}
