// One SMTP connection: smtp-server's, with replies from the table of refusals, a deadline for the whole session, an
// end after too many errors, and an orderly way to leave.
// Never closes while the gateway owes the client the reply to a mail.
// Source: RFC 5321; RFC 6531 (SMTPUTF8); the parent is pinned, and only its public methods are overridden.

import { isAscii } from 'node:buffer';
import type { Socket } from 'node:net';

import type { SMTPServer, SMTPServerDataStream, SMTPServerEnvelope } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';

import { rejection, rejectionRow, type Rejection } from '../core/rejection.js';
import { MailStream } from './smtp-data.js';
import { Patience, type PatienceRules } from './smtp-patience.js';
import { refusalText, replyLines, splitEnhanced } from './smtp-reply.js';
import type { Turns } from './turns.js';

export interface SessionRules extends PatienceRules {
  /** Refusals and mistakes without an accepted mail in between. */
  readonly errors: number;
  /** What counts as one address: `core/ip.ts`. */
  readonly customer: string;
  readonly turns: Turns;
  readonly release: () => void;
}

/** An accepted connection, as smtp-server hands it over. */
export interface Accepted {
  readonly socket: Socket;
  readonly options: SMTPConnectionOptions | null | undefined;
}

/** `mail`: bytes of a mail come in. `deciding`: it is whole, and the client waits for us. */
type Phase = 'commands' | 'mail' | 'deciding';

/** NOOP, RSET and VRFY without an accepted mail between them: what is beyond counts as errors. */
const IDLE_COMMANDS = 100;

export class Session extends SMTPConnection {
  /** One for each RCPT that was accepted: the library forgets those that name the same address again. */
  readonly recipients: string[] = [];
  readonly #rules: SessionRules;
  readonly #patience: Patience;
  #phase: Phase = 'commands';
  #errors = 0;
  #fruitlessSinceMs: number;
  #idle = 0;
  #leaving: Rejection | null = null;
  /** Replies to the mail that are still to come: LMTP gives one for each recipient. */
  #owed = 0;

  constructor(server: SMTPServer, accepted: Accepted, rules: SessionRules) {
    super(server, accepted.socket, accepted.options);
    this.#rules = rules;
    this.#fruitlessSinceMs = rules.clock.now();
    this.#patience = new Patience(rules, (reason) => this.#leaveAfter(reason, this.#phase === 'deciding'));
  }

  get customer(): string {
    return this.#rules.customer;
  }

  /** When it last was good for something: its last accepted mail, else its beginning; null: the gateway owes it an answer. */
  get fruitlessSinceMs(): number | null {
    return this.#phase === 'deciding' ? null : this.#fruitlessSinceMs;
  }

  /**
   * The greeting comes after one turn of the event loop, in which what a client has said too early is read and refused.
   * The library waits 100 ms for that, which a client that opens a connection for each mail pays each time
   * (docs/adr/0006-the-accept-path.md). Its limit of clients is ours to hold (smtp-admission.ts).
   */
  override init(): void {
    // The first ends the turn in which the connection was accepted, the second the one in which its socket is read.
    const greet = (): void => this.#rules.turns.run(() => this.connectionReady());
    this._setListeners(() => setImmediate(() => setImmediate(greet)));
  }

  /** As the library does it, with our reader of mails. Called by its constructor, and again behind STARTTLS. */
  override _createParser(): MailStream {
    const { maxCommandLength } = this._server.options;
    const parser = new MailStream({ maxCommandLength }, (work) => this.#rules.turns.run(work));
    parser.oncommand = (command, callback) => this._onCommand(command, callback);
    parser.on('error', (error) => this.send(421, `Error: ${error.message}`));
    return parser;
  }

  /** Shutting down: a mail under way may still be finished and answered. */
  leaveWhenDone(reason: Rejection): void {
    this.#leaveAfter(reason, this.#phase !== 'commands');
  }

  /** The grace is over; nothing where the session has ended by itself. */
  drop(reason: Rejection): void {
    this.#leave(reason);
    this._socket.destroySoon();
    this.ended();
  }

  mailStarted(stream: SMTPServerDataStream): void {
    this.#phase = 'mail';
    this.#patience.waitFor({ for: 'mail', bytes: () => stream.byteLength });
  }

  mailComplete(replies: number): void {
    this.#phase = 'deciding';
    this.#owed = replies;
    this.#patience.waitFor({ for: 'us' });
  }

  /**
   * The replies of one mail leave as one piece: a client that has read the first has the others, whatever becomes of us. One
   * that has some of them delivers the rest again, as another mail.
   */
  answer(send: () => void): void {
    this._socket.cork();
    try {
      send();
    } finally {
      this._socket.uncork();
    }
  }

  /** Gives back what the session held; may be called again. */
  ended(): void {
    this.#patience.stop();
    this.#rules.release();
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (this.#phase === 'commands') this.#patience.waitFor({ for: 'command' });
    // The greeting and 354 are single lines by nature, EHLO's list comes as one.
    if (typeof data !== 'string' || code < 250 || (code >= 300 && code < 400)) {
      super.send(code, Array.isArray(data) ? this.#offered(data) : data, context);
      return;
    }
    const { enhanced, rest } = splitEnhanced(data);
    // There is none yet when a client speaks before the greeting.
    const envelope = this.session.envelope as SMTPServerEnvelope | undefined;
    const lines = replyLines(rest, envelope?.smtpUtf8 === true);
    if (enhanced === null) super.send(code, lines, context);
    else
      super.send(
        code,
        lines.map((line) => `${enhanced} ${line}`),
        false,
      );
    this.#count(code, context);
    if (this.#phase === 'deciding') this.#mailAnswered();
  }

  /** A password is not asked for where others could read it. */
  #offered(extensions: readonly string[]): string[] {
    return extensions.filter((extension) => this.secure || !extension.startsWith('AUTH '));
  }

  override handler_AUTH(command: Buffer, callback: () => void): void {
    if (this.secure) super.handler_AUTH(command, callback);
    else this.#refuse(rejection('auth-needs-tls'), callback);
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    const announced = /\sSMTPUTF8(?=\s|$)/i.test(command.toString('latin1'));
    if (announced || isAscii(command)) super.handler_MAIL(command, callback);
    else this.#refuse(rejection('address-not-ascii'), callback);
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    if (this.session.envelope.smtpUtf8 === true || isAscii(command)) super.handler_RCPT(command, callback);
    else this.#refuse(rejection('address-not-ascii'), callback);
  }

  /** There are lists (groups), and they are nobody's business. */
  handler_EXPN(_command: Buffer, callback: () => void): void {
    this.send(502, 'Lists are not expanded here');
    callback();
  }

  override handler_NOOP(command: Buffer, callback: () => void): void {
    this.#countIdle();
    super.handler_NOOP(command, callback);
  }

  override handler_RSET(command: Buffer, callback: () => void): void {
    this.#countIdle();
    super.handler_RSET(command, callback);
  }

  override handler_VRFY(command: Buffer, callback: () => void): void {
    this.#countIdle();
    super.handler_VRFY(command, callback);
  }

  /** Commands that lead to no mail are errors where they are too many. */
  #countIdle(): void {
    this.#idle += 1;
    if (this.#idle > IDLE_COMMANDS) this.#errors += 1;
    this.#leaveWhenTooMany();
  }

  #refuse(rejected: Rejection, callback: () => void): void {
    this.send(rejectionRow(rejected).smtp, refusalText(rejected));
    callback();
  }

  /** Before the library goes on to what was pipelined behind the mail. */
  #mailAnswered(): void {
    this.#owed -= 1;
    if (this.#owed > 0) return;
    this.#phase = 'commands';
    this.#patience.waitFor({ for: 'command' });
    if (this.#leaving) this.#leave(this.#leaving);
    else this.#leaveWhenTooMany();
  }

  #count(code: number, context: string | false | undefined): void {
    if (context === 'DATA_OK') {
      this.#errors = 0;
      this.#idle = 0;
      this.#fruitlessSinceMs = this.#rules.clock.now();
    }
    // 452: too many recipients is a normal answer to a large mail, whose other recipients must not be lost.
    if (code < 400 || code === 421 || code === 452) return;
    this.#errors += 1;
    // While a mail is answered, not before its last reply.
    if (this.#phase !== 'deciding') this.#leaveWhenTooMany();
  }

  #leaveWhenTooMany(): void {
    if (this.#errors >= this.#rules.errors) this.#leave(rejection('too-many-errors', { max: this.#rules.errors }));
  }

  #leaveAfter(reason: Rejection, answerFirst: boolean): void {
    if (answerFirst) this.#leaving = reason;
    else this.#leave(reason);
  }

  /** The library closes the connection behind a 421. */
  #leave(reason: Rejection): void {
    this.send(rejectionRow(reason).smtp, refusalText(reason));
  }
}
