// A small SMTP client that says exactly what became of a mail: the code of the last reply, or that the connection was lost
// before it. Never tries again by itself.

import net from 'node:net';

import type { Mail } from './mails.js';

/** A reply code, or `lost`: nobody knows. */
export type Told = number | 'lost';

const SILENCE_MS = 60_000;

export class SmtpSession {
  readonly #socket: net.Socket;
  #received = '';
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.#socket = net.connect({ host: '127.0.0.1', port });
    this.#socket.setNoDelay(true).setTimeout(SILENCE_MS, () => this.#socket.destroy());
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#wake();
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  /** What the server says before anything was said to it. */
  greeting(): Promise<Told> {
    return this.#reply();
  }

  /** False: there is no server. */
  async greet(): Promise<boolean> {
    if ((await this.greeting()) !== 220) return false;
    return (await this.#ask('EHLO client.example')) === 250;
  }

  async send({ from, rcptTo, raw }: Mail): Promise<Told> {
    for (const [line, wanted] of [
      [`MAIL FROM:<${from}>`, 250],
      [`RCPT TO:<${rcptTo}>`, 250],
      ['DATA', 354],
    ] as const) {
      const code = await this.#ask(line);
      if (code === wanted) continue;
      if (code !== 'lost') await this.#ask('RSET');
      return code;
    }
    return this.#ask(`${raw}.`);
  }

  end(): void {
    if (!this.#closed) this.#socket.end('QUIT\r\n');
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #ask(line: string): Promise<Told> {
    if (!this.#closed) this.#socket.write(`${line}\r\n`, 'latin1');
    return this.#reply();
  }

  async #reply(): Promise<Told> {
    const whole = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?: [^\n]*)?\r\n/;
    for (;;) {
      const found = whole.exec(this.#received);
      if (found) {
        this.#received = this.#received.slice(found[0].length);
        return Number(found[1]);
      }
      if (this.#closed) return 'lost';
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
