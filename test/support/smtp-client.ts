// A line client for tests of SMTP servers: sends exactly what it is given, reads whole replies.
// Knows nothing of the protocol beyond the dash of multi-line replies, so that wrong things can be sent.

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

import { until } from './fake-clock.js';

export class SmtpClient {
  #socket: Socket;
  #received = '';
  closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // What is sent arrives by itself, not with what is sent next.
    socket.setNoDelay(true);
    this.#watch();
  }

  /** Connects without waiting for the greeting. Stubborn: does not close when the server does. */
  static open(port: number, { stubborn = false, localAddress = '127.0.0.1' } = {}): SmtpClient {
    return new SmtpClient(connectTcp({ host: '127.0.0.1', port, localAddress, allowHalfOpen: stubborn }));
  }

  /** To a unix socket. */
  static openPath(path: string): SmtpClient {
    return new SmtpClient(connectTcp({ path }));
  }

  /** TLS from the first byte on. */
  static openTls(port: number, ca: string): SmtpClient {
    return new SmtpClient(connectTls({ host: '127.0.0.1', port, ca, servername: 'localhost' }));
  }

  /** Connects, reads the greeting, says EHLO. */
  static async greeted(port: number, localAddress?: string): Promise<SmtpClient> {
    const client = SmtpClient.open(port, { ...(localAddress !== undefined && { localAddress }) });
    await client.reply();
    await client.ask('EHLO client.example');
    return client;
  }

  send(text: string | Uint8Array): void {
    this.#socket.write(text);
  }

  /** A command line and its reply. */
  ask(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  async asks(...lines: readonly string[]): Promise<string[]> {
    const replies: string[] = [];
    for (const line of lines) replies.push(await this.ask(line));
    return replies;
  }

  /** The next reply, its lines joined by LF. `''` when the server has closed without one. */
  async reply(): Promise<string> {
    const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r\n/;
    await until(() => whole.test(this.#received) || this.closed);
    const reply = whole.exec(this.#received)?.[0] ?? '';
    this.#received = this.#received.slice(reply.length);
    return reply.replaceAll('\r\n', '\n').trimEnd();
  }

  /** What was received and not read yet. */
  get unread(): string {
    return this.#received;
  }

  async startTls(ca: string): Promise<void> {
    this.#socket.removeAllListeners();
    const secure = connectTls({ socket: this.#socket, ca, servername: 'localhost' });
    await new Promise<void>((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject));
    this.#socket = secure;
    this.#watch();
  }

  /** SHA-256 of the server's certificate, as OpenSSL writes it; null without TLS. */
  get certificate(): string | null {
    return this.#socket instanceof TLSSocket ? this.#socket.getPeerCertificate().fingerprint256 : null;
  }

  /** Resets the connection, as a client that crashes. */
  abort(): void {
    this.#socket.resetAndDestroy();
  }

  end(): void {
    this.#socket.end();
  }

  #watch(): void {
    this.#socket.on('data', (chunk) => (this.#received += chunk.toString('utf8')));
    this.#socket.on('error', () => (this.closed = true));
    this.#socket.on('close', () => (this.closed = true));
  }
}
