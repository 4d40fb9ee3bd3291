// The SMSC of the benchmarks, in a process of its own: a server of the npm package `smpp` that accepts everything and gives
// each message an id. Prints its port, which the system chooses; then, where messages have come, how many and when, as one
// JSON object a line. Ends when its input does.

import type { AddressInfo } from 'node:net';

import smpp from 'smpp';

export interface Arrivals {
  /** Since the start. */
  readonly count: number;
  /** Of those since the line before, by the clock of the machine. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

const TELL_EVERY_MS = 25;

let [count, firstAtMs, lastAtMs] = [0, 0, 0];

const server = smpp.createServer((session) => {
  session.on('bind_transceiver', (pdu) => session.send(pdu.response({ system_id: 'smsc' })));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('submit_sm', (pdu) => {
    count += 1;
    lastAtMs = performance.timeOrigin + performance.now();
    if (firstAtMs === 0) {
      firstAtMs = lastAtMs;
      setTimeout(tell, TELL_EVERY_MS);
    }
    session.send(pdu.response({ message_id: count.toString(16) }));
  });
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on('error', () => session.close());
});

function tell(): void {
  process.stdout.write(`${JSON.stringify({ count, firstAtMs, lastAtMs } satisfies Arrivals)}\n`);
  firstAtMs = 0;
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
