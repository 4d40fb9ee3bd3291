// The entry of a parse thread: bytes in, the parsed mail or the refusal out. Loaded by parse-pool.ts only.
// Says when it begins: how long a thread takes to start is no fault of the mail. Asks for the pieces of a large mail one
// after the other. A fault that a strange mail brings out of the parser ends here, as a refusal of that mail.

import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';

import type { Rejection } from '../core/rejection.js';
import type { Result } from '../core/result.js';
import type { ParsedMail } from '../core/types.js';
import { parseMail } from './parse.js';
import { unreadable } from './parts.js';

export interface ParseTask {
  /** The mail, or its first piece. */
  readonly raw: Uint8Array;
  /** Where each message asks for the next piece; null comes back behind the last. Null: there are no more. */
  readonly more: MessagePort | null;
  /** Shared with who waits; 1: begun. */
  readonly begun: Int32Array;
}

export default async function parseInThread({ raw, more, begun }: ParseTask): Promise<Result<ParsedMail, Rejection>> {
  Atomics.store(begun, 0, 1);
  try {
    return await parseMail(more === null ? raw : pieces(raw, more));
  } catch {
    return unreadable('its structure is too unusual');
  }
}

async function* pieces(first: Uint8Array, more: MessagePort): AsyncGenerator<Uint8Array> {
  try {
    for (let piece: Uint8Array | null = first; piece !== null;) {
      yield piece;
      more.postMessage('next');
      [piece] = (await once(more, 'message')) as [Uint8Array | null];
    }
  } finally {
    more.close();
  }
}
