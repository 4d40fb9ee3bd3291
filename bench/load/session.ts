// One SMTP session of the load: connects, sends mail after mail, one command at a time and never two (pipelining off).
// Takes where to connect and what to do with each answer; gives nothing away but those calls. Knows the protocol only as
// far as a client that is always right needs it, because each microsecond here is missing on the other side.

import { connect, type Socket } from 'node:net';

import { RECIPIENT, SENDER, type Mail } from './mails.js';

export interface SessionOptions {
  readonly port: number;
  readonly onePerConnection: boolean;
  readonly mail: Mail;
  /** The number of the next mail; null: there is none, the session ends. */
  readonly next: () => number | null;
  readonly onTaken: (latencyMs: number) => void;
  readonly onTrouble: (what: string) => void;
}

const EHLO = Buffer.from('EHLO load.example.fr\r\n');
const MAIL = Buffer.from(`MAIL FROM:<${SENDER}>\r\n`);
const RCPT = Buffer.from(`RCPT TO:<${RECIPIENT}>\r\n`);
const DATA = Buffer.from('DATA\r\n');
const QUIT = Buffer.from('QUIT\r\n');
const [LF, SPACE, DIGIT_2, DIGIT_3] = [10, 32, 50, 51];

type Step = 'greeting' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'sent' | 'quit';

export class LoadSession {
  /** When it has sent what there was, or met trouble. */
  readonly ended: Promise<void>;
  readonly #options: SessionOptions;
  #end: () => void = () => undefined;
  #socket: Socket | null = null;
  #pending: Buffer | null = null;
  #step: Step = 'greeting';
  #sentAtMs = 0;
  #number: number | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#number = options.next();
    if (this.#number === null) this.#end();
    else this.#connect();
  }

  #connect(): void {
    const socket = connect({ host: '127.0.0.1', port: this.#options.port, noDelay: true });
    this.#socket = socket;
    this.#step = 'greeting';
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(`${this.#step}: ${error.message}`));
    socket.on('close', () => this.#closed(socket));
  }

  #read(chunk: Buffer): void {
    const reply = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    const lastLine = reply.lastIndexOf(LF, reply.length - 2) + 1;
    const isWhole = reply[reply.length - 1] === LF && reply[lastLine + 3] === SPACE;
    this.#pending = isWhole ? null : reply;
    if (!isWhole) return;
    const wanted = this.#step === 'data' ? DIGIT_3 : DIGIT_2;
    if (reply[0] === wanted) this.#go();
    else this.#fail(`${this.#step}: ${reply.toString('latin1').trim()}`);
  }

  #go(): void {
    switch (this.#step) {
      case 'greeting': {
        this.#say(EHLO, 'ehlo');
        return;
      }
      case 'ehlo': {
        this.#say(MAIL, 'mail');
        return;
      }
      case 'mail': {
        this.#say(RCPT, 'rcpt');
        return;
      }
      case 'rcpt': {
        this.#say(DATA, 'data');
        return;
      }
      case 'data':
        this.#options.mail.become(this.#number ?? 0);
        this.#sentAtMs = performance.now();
        {
          this.#say(this.#options.mail.bytes, 'sent');
          return;
        }
      case 'sent':
        this.#options.onTaken(performance.now() - this.#sentAtMs);
        this.#number = this.#options.next();
        if (this.#number === null || this.#options.onePerConnection) {
          this.#say(QUIT, 'quit');
          return;
        }
        {
          this.#say(MAIL, 'mail');
          return;
        }
      case 'quit':
        this.#socket?.end();
    }
  }

  #say(words: Buffer, step: Step): void {
    this.#step = step;
    this.#socket?.write(words);
  }

  #closed(socket: Socket): void {
    if (socket !== this.#socket) return;
    if (this.#step !== 'quit') this.#fail(`${this.#step}: the server has closed`);
    else if (this.#number === null) this.#end();
    else this.#connect();
  }

  #fail(what: string): void {
    this.#options.onTrouble(what);
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
    this.#end();
  }
}
