// What a doctor's look gives: a line for each thing, and what to do where it is not right. A look that does not end in time
// is a finding as well.

import type { Config } from '../../config/schema.js';
import type { DaemonStatus } from '../operations/daemon.js';
import type { Call } from '../session.js';

export interface Finding {
  /** `warn`: it works, or cannot be told from here. */
  readonly level: 'ok' | 'warn' | 'fault';
  readonly what: string;
  readonly finding: string;
  readonly advice?: string;
}

export interface Patient {
  readonly dataDir: string;
  readonly config: Config;
  /** Null: none runs. */
  readonly daemon: DaemonStatus | null;
  /** Asks the daemon; null: none runs. */
  readonly ask: Call | null;
}

export type Look = (patient: Patient) => Promise<readonly Finding[]>;

const LOOK_WITHIN_MS = 6000;

export const good = (what: string, finding: string): Finding => ({ level: 'ok', what, finding });
export const doubtful = (what: string, finding: string, advice: string): Finding => ({
  ...{ level: 'warn', what, finding, advice },
});
export const bad = (what: string, finding: string, advice: string): Finding => ({
  ...{ level: 'fault', what, finding, advice },
});

/** Never rejects, and never takes longer. */
export async function inTime(what: string, looking: Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    const text = `no answer within ${LOOK_WITHIN_MS / 1000} s`;
    timer = setTimeout(
      () => resolve([doubtful(what, text, 'look again; a network or a disk is slow')]),
      LOOK_WITHIN_MS,
    );
  });
  try {
    return await Promise.race([looking, late]);
  } catch (fault) {
    return [bad(what, `cannot be looked at: ${sentenceOf(fault)}`, 'this is a fault of the program: please report it')];
  } finally {
    clearTimeout(timer);
  }
}

export function sentenceOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
