// The SMSC of the benchmark, in a process of its own: a server of the npm package `smpp` that accepts everything and gives
// each message an id. Prints its port, which the system chooses, and ends when its input does.

import type { AddressInfo } from 'node:net';

import smpp from 'smpp';

let ids = 0;

const server = smpp.createServer((session) => {
  session.on('bind_transceiver', (pdu) => session.send(pdu.response({ system_id: 'smsc' })));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('submit_sm', (pdu) => {
    ids += 1;
    session.send(pdu.response({ message_id: ids.toString(16) }));
  });
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on('error', () => session.close());
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
