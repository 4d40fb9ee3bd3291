// Hands one mail to the daemon over LMTP: envelope, DATA, one reply for each recipient. Takes a connected socket, gives
// what became of each recipient. A connection that breaks, or says nothing for too long, gives what is known by then.
// Once the whole mail was sent, replies that are missing make every recipient of it unknown: the daemon takes all of a
// mail or nothing, and knows a mail that it has had before. Source: RFC 2033, RFC 5321 §4.5.2, RFC 6152, RFC 6531.

import type { Socket } from 'node:net';

import { readReplies, type Reply, type ReplySource } from './replies.js';

export interface Envelope {
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
}

export interface Result {
  readonly recipient: string;
  /** Null: no answer, the daemon may have the mail or not. */
  readonly reply: Reply | null;
}

/** The daemon has to parse the mail, compare slow hashes and commit. */
const REPLY_WITHIN_MS = 60_000;

class Broken extends Error {}

export async function deliver(socket: Socket, envelope: Envelope, mail: string): Promise<Result[]> {
  const results: Result[] = [];
  const session = new Session(readReplies(socket, REPLY_WITHIN_MS), socket);
  let waiting = [...envelope.rcptTo];
  try {
    await session.open();
    // Those beyond the daemon's limit for one mail go in a further one.
    while (waiting.length > 0) {
      const round = await session.transaction({ ...envelope, rcptTo: waiting }, mail);
      results.push(...round.results);
      if (round.left.length === waiting.length) break;
      waiting = round.left;
    }
    await session.close();
  } catch (fault) {
    if (!(fault instanceof Broken)) throw fault;
  }
  const answered = new Set(results.map(({ recipient }) => recipient));
  const silent = envelope.rcptTo.filter((recipient) => !answered.has(recipient));
  socket.destroy();
  return [...results, ...silent.map((recipient) => ({ recipient, reply: null }))];
}

interface Round {
  readonly results: readonly Result[];
  /** Too many recipients for one mail. */
  readonly left: string[];
}

class Session {
  readonly #replies: ReplySource;
  readonly #socket: Socket;
  #extensions = '';

  constructor(replies: ReplySource, socket: Socket) {
    this.#replies = replies;
    this.#socket = socket;
  }

  async open(): Promise<void> {
    const greeting = await this.#reply();
    const hello = greeting.code === 220 ? await this.#ask('LHLO localhost') : greeting;
    if (hello.code !== 250) throw new Broken();
    this.#extensions = hello.text.toUpperCase();
  }

  async transaction({ mailFrom, rcptTo }: Envelope, mail: string): Promise<Round> {
    const sender = await this.#ask(`MAIL FROM:<${mailFrom}>${this.#parameters([mailFrom, ...rcptTo], mail)}`);
    if (sender.code !== 250) return { results: all(rcptTo, sender), left: [] };
    const results: Result[] = [];
    const taken: string[] = [];
    const left: string[] = [];
    for (const recipient of rcptTo) {
      const reply = await this.#ask(`RCPT TO:<${recipient}>`);
      if (reply.code === 250 || reply.code === 251) taken.push(recipient);
      else if (reply.code === 452) left.push(recipient);
      else results.push({ recipient, reply });
    }
    if (taken.length > 0) results.push(...(await this.#data(taken, mail)));
    return { results, left };
  }

  async close(): Promise<void> {
    await this.#ask('QUIT').catch(() => undefined);
  }

  /** One reply for each recipient that was taken; all of them or none. */
  async #data(taken: readonly string[], mail: string): Promise<Result[]> {
    const go = await this.#ask('DATA');
    if (go.code !== 354) return all(taken, go);
    this.#socket.write(`${mail.replace(/(^|\r\n)\./g, '$1..')}.\r\n`, 'latin1');
    const results: Result[] = [];
    for (const recipient of taken) results.push({ recipient, reply: await this.#reply() });
    return results;
  }

  #parameters(addresses: readonly string[], mail: string): string {
    const offered = (name: string): boolean => this.#extensions.split(/\s+/).includes(name);
    const eightBit = offered('8BITMIME') && /[\x80-\xff]/.test(mail) ? ' BODY=8BITMIME' : '';
    const utf8 = offered('SMTPUTF8') && addresses.some((one) => /[^ -~]/.test(one)) ? ' SMTPUTF8' : '';
    return eightBit + utf8;
  }

  #ask(line: string): Promise<Reply> {
    this.#socket.write(`${line}\r\n`, 'utf8');
    return this.#reply();
  }

  async #reply(): Promise<Reply> {
    const reply = await this.#replies.next();
    // 421 may come in the place of any reply, and ends the connection.
    if (reply === null || reply.code === 421) throw new Broken();
    return reply;
  }
}

function all(recipients: readonly string[], reply: Reply): Result[] {
  return recipients.map((recipient) => ({ recipient, reply }));
}
