// Compares what the clients were told, the database, the ledger, the carrier's own record and the smarthost's own record.
// Takes a world in which nothing moves; gives every contradiction to what is promised (docs/reliability.md).

import { verifyFile } from '../../src/store/verify.js';
import { carriageFindings } from './checks/carriage.js';
import { codeFindings } from './checks/codes.js';
import { ledgerFindings } from './checks/ledger.js';
import { acceptanceFindings } from './checks/acceptance.js';
import { keyFindings } from './checks/key.js';
import { noticeFindings } from './checks/notices.js';
import { readBooks } from './checks/books.js';
import type { Finding } from './checks/finding.js';
import type { World } from './world.js';

export interface Checked {
  readonly findings: readonly Finding[];
  /** Mails that got their 250. */
  readonly acknowledged: number;
  /** Mails that the smarthost has taken. */
  readonly mailsOut: number;
  /** Ids of the messages in doubt. */
  readonly inDoubt: ReadonlySet<string>;
}

/** `final`: hours have passed, and nothing may still wait for its time. */
export function check(world: World, { final }: { readonly final: boolean }): Checked {
  const books = readBooks(world);
  const { sent } = world.stream;
  const { mails, records } = world.smarthost;
  const { taken } = world.carrier;
  const { faults } = verifyFile(world.database);
  return {
    findings: [
      ...faults.map((text): Finding => ({ kind: 'unbalanced', text: `petitbleu verify: ${text}` })),
      ...ledgerFindings(books),
      ...acceptanceFindings(books, sent),
      ...carriageFindings(books, { sent, taken, clock: world.clock, final }),
      ...noticeFindings(books, { sent, records: { records, mails }, deaths: world.deaths }),
      ...codeFindings(world),
      ...keyFindings(world),
    ],
    acknowledged: world.stream.acknowledged.length,
    mailsOut: mails.length,
    inDoubt: new Set(books.messages.flatMap(({ id, state }) => (state === 'unknown' ? [id] : []))),
  };
}
