// What the load is asked for and what it tells, as JSON between two processes: the load runs beside the bench, so that
// neither disturbs the other.

import type { MailKind } from './mails.js';

export interface LoadWish {
  readonly port: number;
  /** Open at once, each with one mail under way. */
  readonly sessions: number;
  readonly mail: MailKind;
  /** QUIT after each mail and connect again; else sessions stay open. */
  readonly onePerConnection: boolean;
  /** Sent, and not counted. */
  readonly warmMs: number;
  readonly measureMs: number;
  /** Ends after so many mails; `measureMs` is then only a deadline. */
  readonly mails?: number;
  /** Number of the first mail: no two mails of a run of the bench are the same. */
  readonly first: number;
}

export interface LoadReport {
  /** Answered with 250, before and in the measured time. */
  readonly sent: number;
  /** In the measured time. */
  readonly measured: number;
  readonly perSecond: number;
  /** By the clock of the machine: the first connection, and the last 250. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  /** When the data of the last mail ended. */
  readonly lastDataAtMs: number;
  /** From the end of the data to its 250. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** CPU time of the load itself, for each mail. */
  readonly ownCpuMicros: number;
  /** The first mail that was not taken, or connection that broke; null: none. */
  readonly trouble: string | null;
}
