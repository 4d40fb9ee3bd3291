// An SMSC on a free local port, made with our own codec: what it answers is chosen by the test, what it got is kept.
// Says nothing about real ones: test/peers does.

import net from 'node:net';
import tls from 'node:tls';

import { onTestFinished } from 'vitest';

import { Framer } from '../../src/carriers/smpp/framer.js';
import { decodePdu, encodePdu, type Pdu, type PduOf } from '../../src/carriers/smpp/pdu.js';
import type { BindCommand } from '../../src/carriers/smpp/requests.js';
import { NO_TLVS, type Tlvs } from '../../src/carriers/smpp/tlvs.js';
import { until } from './fake-clock.js';

export type Submit = PduOf<'submit_sm'>;

/** A command_status; a message id; `silence`: no answer; `drop`: the end of the connection. */
export type SmscAnswer = number | string;

export interface Delivering {
  readonly from?: string;
  readonly to?: string;
  readonly ton?: number;
  readonly esmClass?: number;
  readonly dataCoding?: number;
  readonly message: string | Uint8Array;
  readonly tlvs?: Tlvs;
}

export class SmscSession {
  readonly got: Pdu[] = [];
  readonly #socket: net.Socket;
  #sequence = 0;

  constructor(socket: net.Socket) {
    this.#socket = socket;
  }

  send(pdu: Pdu): void {
    this.raw(encodePdu(pdu));
  }

  raw(octets: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(octets);
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause();
  }

  /** FIN, without an unbind. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** The status of the answer; -1 where the connection ended without one. */
  async deliver(delivering: Delivering): Promise<number> {
    const sequence = ++this.#sequence;
    this.send(deliverSm(delivering, sequence));
    const answer = (): Pdu | undefined =>
      this.got.find((pdu) => pdu.command === 'deliver_sm_resp' && pdu.sequence === sequence);
    await until(() => answer() !== undefined || !this.isOpen);
    return answer()?.status ?? -1;
  }
}

export function deliverSm(delivering: Delivering, sequence: number): PduOf<'deliver_sm'> {
  const { from = '33639980100', to = '36111', ton = 1, esmClass = 0, dataCoding = 0, message } = delivering;
  return {
    command: 'deliver_sm',
    status: 0,
    sequence,
    body: {
      ...{ serviceType: '', sourceTon: ton, sourceNpi: 1, source: from, destinationTon: 3, destinationNpi: 0 },
      ...{ destination: to, esmClass, protocolId: 0, priority: 0, scheduleTime: '', validityPeriod: '' },
      ...{ registeredDelivery: 0, replaceIfPresent: 0, dataCoding, defaultMessageId: 0 },
      message: typeof message === 'string' ? Buffer.from(message, 'latin1') : message,
    },
    tlvs: delivering.tlvs ?? NO_TLVS,
  };
}

export class Smsc {
  readonly submits: Submit[] = [];
  readonly sessions: SmscSession[] = [];
  /** Of a bind. */
  bindStatus = 0;
  /** False: binds, enquire_link and unbind get no answer. */
  isAlive = true;
  answer: (submit: Submit, session: SmscSession) => SmscAnswer | Promise<SmscAnswer>;
  #ids = 0;
  #server: net.Server;
  #port = 0;

  private constructor(server: net.Server) {
    this.#server = server;
    this.answer = () => this.newId();
  }

  /** Closed when the test ends. */
  static async start(secure?: tls.TlsOptions): Promise<Smsc> {
    const take = (socket: net.Socket): void => smsc.#take(socket);
    const server = secure ? tls.createServer(secure, take) : net.createServer(take);
    const smsc: Smsc = new Smsc(server);
    await smsc.listen();
    onTestFinished(() => smsc.stop());
    return smsc;
  }

  get port(): number {
    return this.#port;
  }

  newId(): string {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as net.AddressInfo).port;
  }

  /** Every connection is broken off, and no new one is taken till `listen`. */
  async stop(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** The last connection that is open; waits for one that has bound. */
  async session(): Promise<SmscSession> {
    const bound = (): SmscSession | undefined =>
      this.sessions.findLast((one) => one.isOpen && one.got.some(({ command }) => command.startsWith('bind_')));
    await until(() => bound() !== undefined);
    const session = bound();
    if (!session) throw new Error('no session');
    return session;
  }

  count(command: Pdu['command']): number {
    return this.sessions.flatMap(({ got }) => got).filter((pdu) => pdu.command === command).length;
  }

  #take(socket: net.Socket): void {
    const session = new SmscSession(socket);
    const framer = new Framer();
    this.sessions.push(session);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      for (const frame of framer.push(chunk).frames) {
        const decoded = decodePdu(frame);
        if (decoded.kind !== 'pdu') throw new Error(`the client wrote what cannot be read: ${frame.toString('hex')}`);
        session.got.push(decoded.pdu);
        void this.#handle(decoded.pdu, session);
      }
    });
  }

  async #handle(pdu: Pdu, session: SmscSession): Promise<void> {
    const { sequence } = pdu;
    if (pdu.command === 'submit_sm') {
      this.submits.push(pdu);
      const answer = await this.answer(pdu, session);
      if (answer === 'silence') return;
      if (answer === 'drop') session.destroy();
      else session.send(submitResp(sequence, answer));
      return;
    }
    if (!this.isAlive) return;
    const empty = { status: 0, sequence, body: {}, tlvs: NO_TLVS };
    if (isBind(pdu)) {
      const body = { systemId: 'smsc' };
      session.send({ command: `${pdu.command}_resp`, status: this.bindStatus, sequence, body, tlvs: NO_TLVS });
    } else if (pdu.command === 'enquire_link') session.send({ ...empty, command: 'enquire_link_resp' });
    else if (pdu.command === 'unbind') {
      session.send({ ...empty, command: 'unbind_resp' });
      session.end();
    }
  }
}

function isBind(pdu: Pdu): pdu is PduOf<BindCommand> {
  return ['bind_transceiver', 'bind_transmitter', 'bind_receiver'].includes(pdu.command);
}

export function submitResp(sequence: number, answer: string | number): PduOf<'submit_sm_resp'> {
  const isId = typeof answer === 'string';
  return {
    command: 'submit_sm_resp',
    status: isId ? 0 : answer,
    sequence,
    body: { messageId: isId ? answer : '' },
    tlvs: NO_TLVS,
  };
}
