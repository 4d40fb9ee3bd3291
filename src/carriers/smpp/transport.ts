// A socket that speaks PDUs: connects (TCP, or TLS from the start), frames and decodes what comes, encodes and writes what
// goes. Knows no session. A stream that cannot be framed, or is mostly junk, is nacked and closed; an unknown or
// malformed request is nacked and the stream goes on. Says once, and for good, when it is closed; a peer that has closed
// its half is closed: no answer can come any more. Source: SMPP 3.4 §2.2, §3.2, §4.3 (generic_nack).

import { channel } from 'node:diagnostics_channel';
import net from 'node:net';
import tls from 'node:tls';

import { Framer } from './framer.js';
import type { LinkOptions } from './options.js';
import { OctetWriter } from './octets.js';
import { decodePdu, isResponse, writePdu, type Decoded, type Pdu } from './pdu.js';
import { STATUS } from './statuses.js';
import { NO_TLVS } from './tlvs.js';

export interface TransportEvents {
  onOpen(): void;
  onPdu(pdu: Pdu): void;
  /** An answer of which only the number can be trusted. */
  onBrokenAnswer(sequence: number): void;
  /** What was kept back can be written now. */
  onDrain(): void;
  onClosed(reason: string): void;
}

/** Tracing points (docs/tracing.md): octets are about to be given to the system; they were; a PDU was read. */
const writing = channel('petitbleu.smpp.writing');
const written = channel('petitbleu.smpp.written');
const received = channel('petitbleu.smpp.received');

/** Requests that nobody can read, on one connection. */
const MOST_FAULTS = 20;
/** Less than what a socket holds before it asks to wait. */
const BATCH_OCTETS = 8 * 1024;
/** For the last words, to a peer that does not read them. */
const LINGER_MS = 1_000;

export type SocketOptions = Pick<LinkOptions, 'host' | 'port' | 'tls' | 'ca'>;

function connect({ host, port, tls: isTls, ca }: SocketOptions): net.Socket {
  if (!isTls) return net.connect({ host, port, noDelay: true, keepAlive: true });
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  const socket = tls.connect({ host, port, ...servername, ...(ca !== null && { ca }) });
  return socket.setNoDelay(true).setKeepAlive(true);
}

export class Transport {
  readonly #socket: net.Socket;
  readonly #events: TransportEvents;
  readonly #framer = new Framer();
  #opened = false;
  #closed = false;
  #faults = 0;
  /** What goes out at the end of this turn of the event loop: a buffer and a system call for many PDUs. */
  readonly #batch = new OctetWriter(BATCH_OCTETS);
  #isFlushDue = false;

  constructor(options: SocketOptions, events: TransportEvents) {
    this.#events = events;
    this.#socket = connect(options);
    this.#socket
      .on(options.tls ? 'secureConnect' : 'connect', () => {
        this.#opened = true;
        if (!this.#closed) events.onOpen();
      })
      .on('data', (chunk: Buffer) => this.#read(chunk))
      .on('drain', () => events.onDrain())
      .on('end', () => this.close('closed by the peer'))
      .on('error', (error) => this.close(reasonOf(error)))
      .on('close', () => this.close('closed'));
  }

  /** The peer does not read: what is written now would only lie in memory. */
  get isCongested(): boolean {
    return this.#closed || this.#socket.writableNeedDrain;
  }

  /** Throws where the PDU does not fit its form; nothing is written then. */
  write(pdu: Pdu): void {
    writePdu(this.#batch, pdu);
    if (this.#batch.length >= BATCH_OCTETS) this.#flush();
    else this.#flushSoon();
  }

  /** Reads no more till `resume`: the peer waits. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** At once; what was written goes out as far as the peer takes it. */
  close(reason: string): void {
    if (this.#closed) return;
    if (this.#opened) this.#flush();
    this.#closed = true;
    if (this.#opened) {
      this.#socket.setTimeout(LINGER_MS, () => this.#socket.destroy());
      this.#socket.destroySoon();
    } else this.#socket.destroy();
    this.#events.onClosed(reason);
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    process.nextTick(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    const octets = this.#batch.take();
    if (octets.length === 0 || this.#closed) return;
    writing.publish({ octets });
    this.#socket.write(octets);
    written.publish({ octets });
  }

  #read(chunk: Buffer): void {
    if (this.#closed) return;
    const { frames, wrongLength } = this.#framer.push(chunk);
    for (const frame of frames) {
      if (this.#isClosed()) return;
      this.#take(decodePdu(frame));
    }
    if (wrongLength === null) return;
    this.#nack(0, STATUS.invalidCommandLength);
    this.close(`a command_length of ${wrongLength}`);
  }

  /** A method: what is called in between may have closed it. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #take(decoded: Decoded): void {
    if (decoded.kind === 'pdu') {
      received.publish({ pdu: decoded.pdu });
      this.#events.onPdu(decoded.pdu);
      return;
    }
    const { commandId, sequence } = decoded.header;
    this.#faults += 1;
    // An answer is never answered.
    if (isResponse(commandId)) this.#events.onBrokenAnswer(sequence);
    else this.#nack(sequence, decoded.kind === 'unknown' ? STATUS.invalidCommandId : decoded.fault.status);
    if (this.#faults > MOST_FAULTS) this.close('too many PDUs that cannot be read');
  }

  #nack(sequence: number, status: number): void {
    this.write({ command: 'generic_nack', status, sequence, body: {}, tlvs: NO_TLVS });
  }
}

function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
