// A stream of mails from several clients at once, and what each client was told. A client that lost the connection before
// the answer, or was told to come back, sends the very same mail again later, as a mail server does.

import { setTimeout as pause } from 'node:timers/promises';

import { makeMail, type Appointment, type Mail, type MailKind, type MailWish, type MailWorld } from './mails.js';
import { Recorder } from './records.js';
import { SmtpSession, type Told } from './smtp.js';

export interface Sent {
  readonly mail: Mail;
  /** Every answer, in their order; the last one counts. */
  readonly told: Told[];
}

export interface StreamWish {
  readonly world: MailWorld;
  /** Begins every tag. */
  readonly name: string;
  /** Where the answers are written down, for people. */
  readonly file: string;
}

/** How a mail is handed over, and what came back. */
export type Way = (mail: Mail) => Promise<Told>;

const TRIES = 50;
const AGAIN_MS = 200;

export class Stream {
  readonly sent: Sent[] = [];
  readonly #wish: StreamWish;
  readonly #record: Recorder<unknown>;
  #clients: Promise<void>[] = [];
  #stopping = false;

  constructor(wish: StreamWish) {
    this.#wish = wish;
    this.#record = new Recorder(wish.file);
  }

  /** Clients that send mail after mail until the connection is lost or `stop` is called. */
  flow(port: number, clients = 4): void {
    this.#stopping = false;
    this.#clients.push(...Array.from({ length: clients }, () => this.#client(port)));
  }

  /** Every client has lost its connection, or was stopped. */
  async ended(): Promise<void> {
    await Promise.all(this.#clients);
    this.#clients = [];
  }

  /** After the mail under way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.ended();
  }

  /** So many mails and no more, of one kind or of all, and due when they shall; true: each has its 250. */
  async offer(port: number, count: number, kind?: MailKind, appointment?: Appointment): Promise<boolean> {
    const some = Array.from({ length: count }, () => this.#next({ kind, appointment }));
    const session = new SmtpSession(port);
    if (await session.greet()) for (const one of some) await this.#send(session, one);
    session.end();
    return some.every(({ told }) => told.at(-1) === 250);
  }

  /** So many mails at once, each by a way of its own, such as a program. */
  async hand(count: number, kinds: readonly MailKind[], by: Way): Promise<void> {
    const some = Array.from({ length: count }, (_, at) => this.#next({ kind: kinds[at % kinds.length] }));
    await Promise.all(some.map((one) => this.#handOne(one, by)));
  }

  /** What has no final answer yet, by that way; true: all of it has one now. */
  async handAgain(by: Way): Promise<boolean> {
    await Promise.all(this.unresolved.map((one) => this.#handOne(one, by)));
    return this.unresolved.length === 0;
  }

  /** What clients still have in their queues: no final answer yet. */
  get unresolved(): Sent[] {
    return this.sent.filter(({ told }) => !isFinal(told.at(-1)));
  }

  /** Those of mails that got their 250. */
  get acknowledged(): Sent[] {
    return this.sent.filter(({ told }) => told.at(-1) === 250);
  }

  /** Until each has a final answer; gives up quietly after many tries: the checker will tell. */
  async sendAgain(port: number): Promise<void> {
    for (let tries = 0; tries < TRIES && this.unresolved.length > 0; tries += 1) {
      if (tries > 0) await pause(AGAIN_MS);
      const session = new SmtpSession(port);
      if (await session.greet()) {
        for (const sent of this.unresolved) if ((await this.#send(session, sent)) === 'lost') break;
      }
      session.end();
    }
  }

  close(): void {
    this.#record.close();
  }

  async #client(port: number): Promise<void> {
    const session = new SmtpSession(port);
    let isThere = await session.greet();
    while (isThere && !this.#stopping) isThere = (await this.#send(session, this.#next())) !== 'lost';
    session.end();
  }

  #next(wish?: MailWish): Sent {
    const { world, name } = this.#wish;
    const tag = `Q${name}x${String(this.sent.length).padStart(6, '0')}Q`;
    const sent = { mail: makeMail(world, tag, wish), told: [] };
    this.sent.push(sent);
    return sent;
  }

  #send(session: SmtpSession, sent: Sent): Promise<Told> {
    return this.#handOne(sent, (mail) => session.send(mail));
  }

  async #handOne({ mail, told }: Sent, by: Way): Promise<Told> {
    const answer = await by(mail);
    told.push(answer);
    const { tag, kind, numbers } = mail;
    this.#record.add({ tag, kind, numbers, answer, atMs: Date.now() });
    return answer;
  }
}

function isFinal(told: Told | undefined): boolean {
  return typeof told === 'number' && (told === 250 || told >= 500);
}
