// A Submission as acceptance would make it of a text.

import { segment } from '../../src/core/segment.js';
import type { Submission } from '../../src/core/carriage.js';

export function submission(changes: Partial<Submission> = {}): Submission {
  const { encoding, parts } = segment(changes.text ?? 'Bonjour');
  return {
    messageId: 'o1-1',
    accountId: 1,
    to: '+33639980100',
    sender: null,
    text: 'Bonjour',
    encoding,
    parts: parts.length,
    flash: false,
    validityMs: 3_600_000,
    ...changes,
  };
}
