// The exit codes, in one table: what a mistake is called here and its number in sysexits(3).

import type { MistakeKind } from '../control/protocol.js';

export const EXIT_CODES: Readonly<Record<MistakeKind, number>> = {
  /** A wrong option, argument, number or key. */
  usage: 64,
  /** What was given cannot be used: a refused order, an unknown id, a bad CSV file. */
  data: 65,
  /** A file or folder that is not there or cannot be read. */
  'no-input': 66,
  /** No account with that address. */
  'no-user': 67,
  /** Something that is needed does not run. */
  unavailable: 69,
  /** A fault of ours; also a database that does not add up. */
  software: 70,
  os: 71,
  'cannot-create': 73,
  /** Try again later: another daemon holds the data folder, the connection broke. */
  temporary: 75,
  'no-permission': 77,
  config: 78,
};
