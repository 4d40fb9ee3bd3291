// What every peer has to do: send each of the four syntaxes to the running daemon. A peer is a function that sends one
// mail with a real program; whether the SMS arrived, on the phone and in `petitbleu messages --json`, is judged here.

import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import type { Ran } from '../support/program.js';

export const SENDER = 'alice@example.fr';
const CODE = 'FGB45L';
const DOMAIN = 'sms.example.fr';
const [ALICE, BOB] = ['+33684843556', '+33660919010'];

export interface PeerMail {
  readonly to: string;
  /** `''`: none. */
  readonly subject: string;
  readonly body: string;
}

interface Case {
  readonly name: string;
  readonly mail: PeerMail;
  readonly numbers: readonly string[];
  readonly text: string;
}

/** Letters of the GSM alphabet that are not ASCII; the euro sign is in its extension. */
const textOf = (peer: string, name: string): string => `${peer}, ${name} : l'été à Évry, où est-ce ? 5 €, Ñu & Øre`;

function casesOf(peer: string): Case[] {
  const text = (name: string): string => textOf(peer, name);
  const plain = { body: `${text('syntax 1')}\n`, to: `sms@${DOMAIN}`, subject: `${CODE}:0684843556-0660919010` };
  return [
    { name: 'syntax 1', mail: plain, numbers: [ALICE, BOB], text: text('syntax 1') },
    {
      name: 'syntax 2',
      mail: { to: `sms.${CODE}@${DOMAIN}`, subject: '0684843556', body: `${text('syntax 2')}\n` },
      numbers: [ALICE],
      text: text('syntax 2'),
    },
    {
      name: 'syntax 3',
      mail: { to: `${CODE}.0684843556@${DOMAIN}`, subject: '', body: `${text('syntax 3')}\n` },
      numbers: [ALICE],
      text: text('syntax 3'),
    },
    {
      name: 'syntax 4',
      mail: { to: `0684843556.${CODE}@${DOMAIN}`, subject: text('syntax 4'), body: 'Nobody reads this.\n' },
      numbers: [ALICE],
      text: text('syntax 4'),
    },
  ];
}

type Send = (mail: PeerMail, gateway: PeerGateway) => Promise<Ran>;

export class PeerGateway {
  #daemon: DaemonProcess | null = null;

  get daemon(): DaemonProcess {
    if (!this.#daemon) throw new Error('the daemon is not started');
    return this.#daemon;
  }

  get port(): number {
    return this.daemon.port;
  }

  async start(): Promise<void> {
    this.#daemon = await DaemonProcess.start({ yaml: CONFIGURATION });
    await this.#daemon.must('account', 'create', SENDER, '--code', CODE, '--credits', '100', '--no-mail');
  }

  /** Once the text has arrived at these numbers, and at no other. */
  async expectArrival(text: string, numbers: readonly string[]): Promise<void> {
    await eventually(`"${text}" at ${numbers.join()}`, () => this.#shown(text).length >= numbers.length);
    expect(this.#shown(text).toSorted()).toEqual(numbers.toSorted());
    const messages = await eventually('all are delivered', async () => {
      const found = (await this.daemon.messages()).filter((message) => message.text === text);
      return found.every(({ state }) => state === 'delivered') && found;
    });
    expect(messages.map(({ to }) => to).toSorted()).toEqual(numbers.toSorted());
    expect(messages.map(({ source, encoding }) => `${source} ${encoding}`)).toEqual(numbers.map(() => 'mail gsm7'));
  }

  #shown(text: string): string[] {
    return this.daemon.phone.filter((entry) => entry.text === text).map(({ to }) => to);
  }
}

/** A self-signed pair for localhost: its certificate is its own authority. */
export const CERTIFICATE = fileURLToPath(new URL('../../fixtures/tls/localhost.cert.pem', import.meta.url));
export const KEY = fileURLToPath(new URL('../../fixtures/tls/localhost.key.pem', import.meta.url));

const CONFIGURATION = `
mail:
  domains: [${DOMAIN}]
  smtp:
    tls: {key: '${KEY}', cert: '${CERTIFICATE}'}
`;

/** The mail as a careful script writes it, for programs that take it ready-made: RFC 2047 subject, 8 bit body. */
export function readyMade({ to, subject, body }: PeerMail): string {
  const encoded = /^[ -~]*$/.test(subject) ? subject : `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;
  const header = [
    `From: Alice <${SENDER}>`,
    `To: ${to}`,
    ...(subject === '' ? [] : [`Subject: ${encoded}`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  return `${header.join('\r\n')}\r\n\r\n${body.replaceAll('\n', '\r\n')}`;
}

/** The suite of a peer. `send` gives what the program said; anything but exit code 0 fails. */
export function describePeer(
  peer: string,
  send: Send,
  /** Other ways of the same program: each sends the mail as well. */
  ways: Readonly<Record<string, Send>> = {},
): void {
  describe(peer, () => {
    const gateway = new PeerGateway();
    beforeAll(() => gateway.start());
    afterAll(() => gateway.daemon.dispose());

    test.each(casesOf(peer))('$name', async ({ mail, numbers, text }) => {
      const ran = await send(mail, gateway);
      expect(ran, ran.stderr + ran.stdout).toMatchObject({ code: 0 });
      await gateway.expectArrival(text, numbers);
    });

    test('a wrong code: the program is told', async () => {
      const ran = await send({ to: `sms@${DOMAIN}`, subject: 'WR0NG1:0684843556', body: 'Nobody\n' }, gateway);
      expect(ran.code).not.toBe(0);
      expect(await gateway.daemon.messages()).not.toContainEqual(expect.objectContaining({ text: 'Nobody' }));
    });

    test.each(Object.entries(ways))('%s', async (way, sendSo) => {
      const text = textOf(peer, way);
      const mail = { to: `sms.${CODE}@${DOMAIN}`, subject: '0684843556-0660919010', body: `${text}\n` };
      const ran = await sendSo(mail, gateway);
      expect(ran, ran.stderr + ran.stdout).toMatchObject({ code: 0 });
      await gateway.expectArrival(text, [ALICE, BOB]);
    });
  });
}
