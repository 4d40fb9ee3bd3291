// Checks a whole database against itself, over a connection of its own that only reads: a daemon goes on writing meanwhile,
// and each check sees one state of it. Finds faults and changes nothing.

import Database from 'better-sqlite3';

import type { CheckReport, VerifyReport } from '../store-port.js';
import { runCheck, type Check } from './checks/check.js';
import { CARRIAGE_CHECKS } from './checks/carriage.js';
import { FILE_CHECKS } from './checks/file.js';
import { LEDGER_CHECKS } from './checks/ledger.js';
import { MAIL_CHECKS } from './checks/mails.js';
import { MESSAGE_CHECKS } from './checks/messages.js';
import { SCHEMA_VERSION } from './migrate.js';

const CHECKS: readonly Check[] = [
  ...FILE_CHECKS,
  ...MESSAGE_CHECKS,
  ...LEDGER_CHECKS,
  ...CARRIAGE_CHECKS,
  ...MAIL_CHECKS,
];

export interface VerifyOptions {
  /** Only what takes a moment. */
  readonly quick?: boolean;
}

/** Before each check: how many are done, and what comes. */
export interface VerifyStep {
  readonly done: number;
  readonly total: number;
  readonly says: string;
}

/** Throws where the file is no database. */
export function verifyFile(file: string, options: VerifyOptions = {}): VerifyReport {
  const steps = verifySteps(file, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, a check a step: who takes them may do other things in between. */
export function* verifySteps(file: string, { quick = false }: VerifyOptions = {}): Generator<VerifyStep, VerifyReport> {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const checks = CHECKS.filter((check) => !quick || check.quick === true);
    const reports: CheckReport[] = [];
    for (const check of checks) {
      yield { done: reports.length, total: checks.length, says: check.says };
      reports.push(runCheck(database, check));
    }
    return { ...countRows(database), checks: reports, faults: reports.flatMap(sentencesOf) };
  } finally {
    database.close();
  }
}

function countRows(database: Database.Database): { messages: number; movements: number } {
  const count = (table: string): number => {
    try {
      return database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
    } catch {
      // A check has told it.
      return 0;
    }
  };
  return { messages: count('messages'), movements: count('movements') };
}

function sentencesOf({ check, faults, examples }: CheckReport): string[] {
  const more = faults - examples.length;
  return [...examples, ...(more > 0 ? [`… and ${more} more`] : [])].map((sentence) => `${check}: ${sentence}`);
}

/** What the schema of a database is: older than this program's (the next start brings it up), newer, or its own. */
export function schemaOf(file: string): { readonly version: number; readonly current: number } {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return { version: database.pragma('user_version', { simple: true }) as number, current: SCHEMA_VERSION };
  } finally {
    database.close();
  }
}
