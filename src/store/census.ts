// The few numbers that tell how an installation is, by queries that stay short however much it holds. Only reads.

import { statSync } from 'node:fs';

import Database from 'better-sqlite3';

export interface Census {
  readonly inDoubt: number;
  /** The oldest message that is due, and should have left. */
  readonly oldestDueMs: number | null;
  /** Messages that will not be sent any more if they do not leave within the hour. */
  readonly expiringSoon: number;
  readonly noticesWaiting: number;
  readonly oldestNoticeMs: number | null;
  /** Of the newest order. */
  readonly newestMs: number | null;
  readonly fileBytes: number;
  readonly walBytes: number;
}

const HOUR_MS = 3_600_000;

const QUERY = `SELECT
  (SELECT count(*) FROM messages WHERE state = 'unknown') AS inDoubt,
  (SELECT min(due_at) FROM messages WHERE state = 'queued' AND due_at <= @now) AS oldestDueMs,
  (SELECT count(*) FROM messages WHERE state = 'queued' AND expires_at <= @soon) AS expiringSoon,
  (SELECT count(*) FROM notices WHERE state = 'waiting') AS noticesWaiting,
  (SELECT min(created_at) FROM notices WHERE state = 'waiting') AS oldestNoticeMs,
  (SELECT created_at FROM orders ORDER BY id DESC LIMIT 1) AS newestMs`;

export function takeCensus(file: string, nowMs: number): Census {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const counted = database.prepare(QUERY).get({ now: nowMs, soon: nowMs + HOUR_MS }) as Omit<
      Census,
      'fileBytes' | 'walBytes'
    >;
    const bytes = (name: string): number => statSync(name, { throwIfNoEntry: false })?.size ?? 0;
    return { ...counted, fileBytes: bytes(file), walBytes: bytes(`${file}-wal`) };
  } finally {
    database.close();
  }
}
