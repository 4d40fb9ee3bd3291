// The entry of a parse thread: bytes in, the parsed mail or the refusal out. Loaded by parse-pool.ts only.
// Says when it begins: how long a thread takes to start is no fault of the mail. A fault that a strange mail brings out of the parser ends here, as a refusal of that mail.

import type { Rejection } from '../core/rejection.js';
import type { Result } from '../core/result.js';
import type { ParsedMail } from '../core/types.js';
import { parseMail } from './parse.js';
import { unreadable } from './parts.js';

export interface ParseTask {
  readonly raw: Uint8Array;
  /** Shared with who waits; 1: begun. */
  readonly begun: Int32Array;
}

export default async function parseInThread({ raw, begun }: ParseTask): Promise<Result<ParsedMail, Rejection>> {
  Atomics.store(begun, 0, 1);
  try {
    return await parseMail(raw);
  } catch {
    return unreadable('its structure is too unusual');
  }
}
