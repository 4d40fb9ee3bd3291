// Sending codes that a person chose: takes one, says whether it may be used.
// A code stands in addresses and subjects between dots and numbers, and mail systems change its case: so letters
// and digits only, and never digits alone, which would be a telephone number.

import { err, ok, type Result } from './result.js';

/** No code may hold its underscore, so that a password says by itself which of the two it is. */
export const API_KEY_PREFIX = 'pb_';

/** A longer one is wrong without being hashed. */
export const MAX_CODE_LENGTH = 64;
const MIN_CODE_LENGTH = 6;

/** The error is a sentence that says what is allowed. */
export function isChosenCodeAllowed(code: string): Result<void, string> {
  const length = code.length;
  if (length < MIN_CODE_LENGTH || length > MAX_CODE_LENGTH) {
    return err(`A code has ${MIN_CODE_LENGTH} to ${MAX_CODE_LENGTH} characters; this one has ${length}`);
  }
  if (!/^[a-z0-9]+$/i.test(code)) return err('A code has only the letters a to z, without accents, and digits');
  if (/^\d+$/.test(code)) return err('A code of digits alone could be taken for a number; it needs a letter');
  return ok(undefined);
}
