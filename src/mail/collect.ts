// The bytes of one mail: takes smtp-server's stream, gives them whole, or says why not.
// Keeps nothing beyond the limit but reads on to the end, because only then may the refusal be sent.

import type { Readable } from 'node:stream';

export type Collected =
  | { readonly kind: 'whole'; readonly raw: Uint8Array }
  | { readonly kind: 'too-large' }
  /** The client left before the final dot. */
  | { readonly kind: 'gone' };

export function collect(stream: Readable, limitBytes: number): Promise<Collected> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else chunks = [];
    });
    stream.once('end', () => {
      resolve(bytes > limitBytes ? { kind: 'too-large' } : { kind: 'whole', raw: Buffer.concat(chunks, bytes) });
    });
    const gone = (): void => {
      chunks = [];
      resolve({ kind: 'gone' });
    };
    stream.once('error', gone);
    stream.once('close', gone);
  });
}
