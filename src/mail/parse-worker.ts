// The entry of a parse thread: bytes in, the parsed mail or the refusal out. Loaded by parse-pool.ts only.
// A fault that a strange mail brings out of the parser ends here, as a refusal of that mail.

import type { Rejection } from '../core/rejection.js';
import type { Result } from '../core/result.js';
import type { ParsedMail } from '../core/types.js';
import { parseMail } from './parse.js';
import { unreadable } from './parts.js';

export default async function parseInThread(raw: Uint8Array): Promise<Result<ParsedMail, Rejection>> {
  try {
    return await parseMail(raw);
  } catch {
    return unreadable('its structure is too unusual');
  }
}
