// Standard input to its end, or to a line with nothing but a dot. Takes a stream, gives one character for each byte;
// null, and no more memory than the limit, for what is too large.

import type { Readable } from 'node:stream';

export interface InputRules {
  readonly maxBytes: number;
  /** Whoever types at a terminal ends with a dot, and the input stays open. */
  readonly untilDot: boolean;
}

export async function readInput(input: Readable, { maxBytes, untilDot }: InputRules): Promise<string | null> {
  const chunks: string[] = [];
  let length = 0;
  let tail = '\n';
  for await (const chunk of input) {
    const text = (chunk as Buffer).toString('latin1');
    length += text.length;
    if (length > maxBytes) return null;
    chunks.push(text);
    // Only what is new can complete such a line; the tail is as long as one without its end.
    if (untilDot && /\n\.\r?\n/.test(tail + text)) break;
    tail = (tail + text).slice(-3);
  }
  return chunks.join('');
}
