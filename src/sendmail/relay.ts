// `-bs`: SMTP on standard input and output, passed on byte by byte to the daemon's own SMTP. Takes two streams, gives the
// exit code. Where no daemon answers, whoever speaks is told so in SMTP: 421, try again later.

import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';

import { OK, TEMPORARY } from './exit-codes.js';
import type { GatewayFacts } from './folder.js';

/** A speaker that ends without QUIT waits for nothing but the answers that are under way. */
const SILENCE_MS = 10_000;
const AWAY = '421 4.3.2 The gateway does not run at the moment; try again later\r\n';

export function relay(facts: GatewayFacts | null, input: Readable, output: Writable): Promise<number> {
  return new Promise((resolve) => {
    if (!facts?.smtp) {
      output.write(AWAY);
      resolve(TEMPORARY);
      return;
    }
    const socket = connect(facts.smtp);
    let answered = false;
    socket.once('data', () => {
      answered = true;
      // Not before the greeting, and left open at the end: the answers to what was said last are still to come.
      input.pipe(socket, { end: false });
    });
    socket.on('data', (chunk) => output.write(chunk));
    socket.on('error', () => undefined);
    input.once('end', () => socket.setTimeout(SILENCE_MS, () => socket.destroy()));
    socket.on('close', () => {
      if (!answered) output.write(AWAY);
      input.unpipe(socket);
      resolve(answered ? OK : TEMPORARY);
    });
  });
}
