// Replies of an SMTP or LMTP server, one after the other: takes a socket, gives each reply with its lines joined.
// Null when the connection has ended, or when nothing came in time. Source: RFC 5321 §4.2.

import type { Socket } from 'node:net';

export interface Reply {
  readonly code: number;
  /** Without the codes at the beginning of its lines, lines separated by LF. */
  readonly text: string;
}

export interface ReplySource {
  next(): Promise<Reply | null>;
}

const WHOLE = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?: [^\n]*)?\r?\n/;
/** A server that sends more than this without an end of a reply is none. */
const MAX_REPLY = 100_000;

export function readReplies(socket: Socket, withinMs: number): ReplySource {
  let received = '';
  let ended = false;
  let wake: () => void = () => undefined;
  socket.setTimeout(withinMs, () => socket.destroy());
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    received += chunk;
    if (received.length > MAX_REPLY) socket.destroy();
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    ended = true;
    wake();
  });
  return {
    async next() {
      for (;;) {
        const match = WHOLE.exec(received);
        if (match) {
          received = received.slice(match[0].length);
          return { code: Number(match[1]), text: match[0].trimEnd().replace(/^\d{3}[ -]?/gm, '') };
        }
        if (ended) return null;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
