// The mail server that outcome mails leave through, as the harness sees it: a process of its own that writes down every
// mail that came to its end, and what was said to it.

import { Service } from './processes/service.js';
import { readRecords } from './records.js';

export interface SmarthostBehaviour {
  readonly latencyMs: number;
  /** Instead of 250 at the end of a mail, which then is not taken; null: all are taken. */
  readonly refuseWith: number | null;
  /** The connection ends: before the text has come, or when the mail is taken, instead of the 250. */
  readonly hangsUp: 'in-data' | 'after-dot' | null;
  /** Never answers a mail, and never takes it. */
  readonly silent: boolean;
  /** False: nobody listens, and every connection is broken off. */
  readonly listening: boolean;
}

export const GOOD_SMARTHOST: SmarthostBehaviour = {
  ...{ latencyMs: 0, refuseWith: null, hangsUp: null, silent: false, listening: true },
};

export interface SmarthostRecord {
  readonly to: string;
  /** Its Message-ID. */
  readonly id: string;
  readonly inReplyTo: string;
  /** 250: taken; null: taken, and the daemon cannot know it. */
  readonly answer: number | null;
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

  /** Those that it has taken. */
  get mails(): SmarthostRecord[] {
    return this.records.filter(({ answer }) => answer === 250 || answer === null);
  }

  /** Of every mail that came whole. */
  get records(): SmarthostRecord[] {
    return readRecords(this.#file);
  }

  stop(): Promise<void> {
    return this.#service.stop();
  }
}
