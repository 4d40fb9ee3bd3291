// The bytes of one mail: takes smtp-server's stream, gives them whole, or says why not.
// Keeps nothing beyond its limits but reads on to the end, because only then may the refusal be sent. Small pieces are
// joined as they come: the library cuts at each dot that begins a line, and a piece of 3 bytes costs 100 more.

import type { Readable } from 'node:stream';

import type { MailMemory } from './session-memory.js';

export type Collected =
  | { readonly kind: 'whole'; readonly raw: Uint8Array }
  | { readonly kind: 'too-large' }
  /** All sessions together hold too much at the moment. */
  | { readonly kind: 'no-room' }
  /** The client left before the final dot. */
  | { readonly kind: 'gone' };

/** Pieces that are kept apart. */
const MANY = 1024;

export function collect(stream: Readable, limitBytes: number, memory: MailMemory): Promise<Collected> {
  return new Promise((resolve) => {
    let joined: Buffer[] = [];
    let pieces: Buffer[] = [];
    let bytes = 0;
    let refused: 'too-large' | 'no-room' | null = null;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limitBytes) refused = 'too-large';
      else if (refused === null && !memory.grow(chunk.length)) refused = 'no-room';
      if (refused !== null) {
        [joined, pieces] = [[], []];
        memory.free();
        return;
      }
      pieces.push(chunk);
      if (pieces.length < MANY) return;
      joined.push(Buffer.concat(pieces));
      pieces = [];
    });
    stream.once('end', () => {
      resolve(
        refused === null ? { kind: 'whole', raw: Buffer.concat([...joined, ...pieces], bytes) } : { kind: refused },
      );
    });
    const gone = (): void => {
      [joined, pieces] = [[], []];
      resolve({ kind: 'gone' });
    };
    stream.once('error', gone);
    stream.once('close', gone);
  });
}
