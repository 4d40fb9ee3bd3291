// The SMSC of a world, in a process of its own, made with our own codec. Writes down each submit_sm before it does
// anything about it, and each answer before it gives it; keeps receipts until somebody has taken them, as an SMSC does.

import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { Framer } from '../../../src/carriers/smpp/framer.js';
import { decodePdu, encodePdu, type Pdu, type PduOf } from '../../../src/carriers/smpp/pdu.js';
import type { BindCommand } from '../../../src/carriers/smpp/requests.js';
import { NO_TLVS } from '../../../src/carriers/smpp/tlvs.js';
import { GOOD_CARRIER, NUMBER_ENDS, type AnswerKind, type CarrierBehaviour, type CarrierRecord } from '../carrier.js';
import { Recorder } from '../records.js';
import { serve } from './service.js';

type Submit = PduOf<'submit_sm'>;

interface Receipt {
  readonly id: string;
  readonly to: string;
  left: number;
}

interface Connection {
  readonly socket: net.Socket;
  isBound: boolean;
  sequence: number;
  /** deliver_sm without an answer, by their sequence numbers. */
  readonly delivering: Map<number, (status: number | null) => void>;
}

const STATUSES: Partial<Record<AnswerKind, number>> = { refuse: 0x0b, 'queue-full': 0x14, throttle: 0x58 };
const AGAIN_MS = 100;

const record = new Recorder<CarrierRecord>(process.argv[2] ?? 'carrier.jsonl');
const connections = new Set<Connection>();
const receipts = new Set<Receipt>();
const deferred = new Set<string>();
let behaviour: CarrierBehaviour = GOOD_CARRIER;
let submits = 0;

const server = net.createServer((socket) => {
  const connection: Connection = { socket, isBound: false, sequence: 0, delivering: new Map() };
  const framer = new Framer();
  connections.add(connection);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    connections.delete(connection);
    for (const resolve of connection.delivering.values()) resolve(null);
  });
  socket.on('data', (chunk: Buffer) => {
    for (const frame of framer.push(chunk).frames) {
      const decoded = decodePdu(frame);
      if (decoded.kind === 'pdu') void take(connection, decoded.pdu);
    }
  });
});

async function take(connection: Connection, pdu: Pdu): Promise<void> {
  const { sequence } = pdu;
  const empty = { status: 0, sequence, body: {}, tlvs: NO_TLVS };
  if (pdu.command === 'submit_sm') await submitted(connection, pdu);
  else if (pdu.command === 'deliver_sm_resp') {
    connection.delivering.get(sequence)?.(pdu.status);
    connection.delivering.delete(sequence);
  } else if (!behaviour.answering) return;
  else if (pdu.command === 'enquire_link') write(connection, { ...empty, command: 'enquire_link_resp' });
  else if (pdu.command === 'unbind') {
    connection.isBound = false;
    write(connection, { ...empty, command: 'unbind_resp' });
    connection.socket.end();
  } else if (isBind(pdu)) {
    const { bindStatus: status } = behaviour;
    write(connection, { ...empty, command: `${pdu.command}_resp`, status, body: { systemId: 'smsc' } });
    connection.isBound = status === 0;
  }
}

function isBind(pdu: Pdu): pdu is PduOf<BindCommand> {
  return ['bind_transceiver', 'bind_transmitter', 'bind_receiver'].includes(pdu.command);
}

async function submitted(connection: Connection, submit: Submit): Promise<void> {
  const n = ++submits;
  const { to, text, part } = readSubmit(submit);
  record.add({ kind: 'submit', n, atMs: Date.now(), to, text, part });
  const kind = choose(submit);
  const id = `${process.pid.toString(16)}-${n.toString(16)}`;
  const status = STATUSES[kind];
  if (status === undefined && behaviour.receipts > 0) {
    const receipt = { id, to: submit.body.destination, left: behaviour.receipts };
    receipts.add(receipt);
    if (behaviour.receiptsFirst) await deliver(receipt);
    else void pause(behaviour.latencyMs + behaviour.receiptDelayMs).then(() => deliver(receipt));
  }
  if (behaviour.latencyMs > 0) await pause(behaviour.latencyMs);
  const isAnswered = status !== undefined || kind === 'accept';
  record.add({ kind: 'answer', n, status: isAnswered ? (status ?? 0) : null, id });
  if (isAnswered) {
    const body = { messageId: status === undefined ? id : '' };
    write(connection, {
      command: 'submit_sm_resp',
      ...{ status: status ?? 0, sequence: submit.sequence, body, tlvs: NO_TLVS },
    });
  } else if (kind === 'drop') connection.socket.destroy();
  else if (kind === 'garbage') connection.socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
}

/** By the number first: what a mail asked for must come out as it was meant. */
function choose({ body: { destination } }: Submit): AnswerKind {
  const end = destination.slice(-3);
  if (end === NUMBER_ENDS.refuse) return 'refuse';
  for (const kind of ['queue-full', 'throttle'] as const) {
    if (end !== NUMBER_ENDS[kind] || deferred.has(destination)) continue;
    deferred.add(destination);
    return kind;
  }
  let left = Math.random();
  for (const [kind, share] of Object.entries(behaviour.shares) as [AnswerKind, number][]) {
    left -= share;
    if (left < 0) return kind;
  }
  return 'accept';
}

/** The texts of the harness are ASCII, in the default alphabet, one character an octet. */
function readSubmit({ body: { destination, esmClass, message } }: Submit) {
  const headerOctets = (esmClass & 0x40) === 0 ? 0 : (message[0] ?? 0) + 1;
  const part = headerOctets === 0 ? 1 : (message[headerOctets - 1] ?? 0);
  return { to: `+${destination}`, text: Buffer.from(message).subarray(headerOctets).toString('latin1'), part };
}

/** Until it was taken as often as it shall be; over whatever connection there is. */
async function deliver(receipt: Receipt): Promise<void> {
  while (receipt.left > 0) {
    const connection = [...connections].find(({ isBound }) => isBound);
    const answer = connection && behaviour.listening ? await deliverOver(connection, receipt) : null;
    if (answer === 0) receipt.left -= 1;
    else await pause(AGAIN_MS);
  }
  receipts.delete(receipt);
}

async function deliverOver(connection: Connection, { id, to }: Receipt): Promise<number | null> {
  const sequence = ++connection.sequence;
  const answered = new Promise<number | null>((resolve) => connection.delivering.set(sequence, resolve));
  write(connection, {
    ...{ command: 'deliver_sm', status: 0, sequence, tlvs: NO_TLVS },
    body: {
      ...{ serviceType: '', sourceTon: 1, sourceNpi: 1, source: to, destinationTon: 3, destinationNpi: 0 },
      ...{ destination: '36111', esmClass: 4, protocolId: 0, priority: 0, scheduleTime: '', validityPeriod: '' },
      ...{ registeredDelivery: 0, replaceIfPresent: 0, dataCoding: 0, defaultMessageId: 0 },
      message: Buffer.from(`id:${id} sub:001 dlvrd:001 stat:DELIVRD err:000 text:`, 'latin1'),
    },
  });
  const answer = await answered;
  record.add({ kind: 'receipt', id, answer });
  return answer;
}

function write({ socket }: Connection, pdu: Pdu): void {
  if (!socket.destroyed) socket.write(encodePdu(pdu));
}

async function behave(wanted: CarrierBehaviour): Promise<null> {
  const wasListening = behaviour.listening;
  behaviour = wanted;
  if (wasListening && !wanted.listening) {
    server.close();
    for (const { socket } of connections) socket.destroy();
  } else if (!wasListening && wanted.listening) await listen(port);
  return null;
}

function listen(wanted: number): Promise<void> {
  return new Promise((resolve) => server.listen(wanted, '127.0.0.1', resolve));
}

await listen(0);
const { port } = server.address() as net.AddressInfo;
serve({ port: () => port, behave, pendingReceipts: () => receipts.size });
