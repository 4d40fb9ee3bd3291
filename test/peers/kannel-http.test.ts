// Kannel's bearerbox, smsbox and fakesmsc behind the preset `kannel`: messages out, receipts back by its dlr-url.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MessageView } from '../../src/cli/operations/message-view.js';
import { DaemonProcess, sendMail } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { freePort, Kannel } from './kannel.js';

const [SENDER, CODE, DOMAIN] = ['alice@example.fr', 'FGB45L', 'sms.example.fr'];
const TOKEN = 'kannel-token-0123456789';

function yaml(kannel: Kannel, listen: number, more = ''): string {
  return `
mail: { domains: [${DOMAIN}] }
http: { listen: "127.0.0.1:${listen}" }
carriers:
  kannel:
    type: http
    preset: kannel
    url: ${kannel.url}
    username: petitbleu
    password: s3cret
    callbacks: { token: ${TOKEN} }
${more}`;
}

async function startGateway(kannel: Kannel, more = ''): Promise<DaemonProcess> {
  const daemon = await DaemonProcess.start({ yaml: yaml(kannel, await freePort(), more) });
  await daemon.must('account', 'create', SENDER, '--code', CODE, '--credits', '1000', '--no-mail');
  await daemon.must('account', 'set', SENDER, 'long=on');
  return daemon;
}

function send(daemon: DaemonProcess, number: string, text: string): Promise<string> {
  return sendMail(daemon.port, { from: SENDER, to: `sms.${CODE}@${DOMAIN}`, subject: number, text });
}

/** Few at once: the gateway has a limit for one address. */
async function sendAll(daemon: DaemonProcess, number: string, texts: readonly string[]): Promise<void> {
  for (let at = 0; at < texts.length; at += 10) {
    await Promise.all(texts.slice(at, at + 10).map((text) => send(daemon, number, text)));
  }
}

async function settled(daemon: DaemonProcess, count: number): Promise<MessageView[]> {
  const open = ['queued', 'submitting', 'submitted', 'scheduled'];
  return eventually(
    `${count} messages have their end`,
    async () => {
      const messages = await daemon.messages();
      return messages.length === count && messages.every(({ state }) => !open.includes(state)) && messages;
    },
    40_000,
  );
}

describe('Kannel by HTTP', () => {
  let kannel: Kannel;
  let daemon: DaemonProcess;
  beforeAll(async () => {
    kannel = await Kannel.start();
    daemon = await startGateway(kannel);
  });
  afterAll(async () => {
    await daemon.dispose();
    await kannel.stop();
  });

  it('every message arrives once, and its receipt makes it delivered', async () => {
    const texts = Array.from({ length: 30 }, (_, index) => `No ${index} : l'été à Évry, 5 €`);
    await sendAll(daemon, '0684843556', texts);
    const messages = await settled(daemon, texts.length);
    expect(messages.map(({ state }) => state)).toEqual(texts.map(() => 'delivered'));
    expect(kannel.arrived.map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
    expect(kannel.arrived.every(({ to }) => to === '+33684843556')).toBe(true);
  });

  it('a long text: parts of ours, escape sequence whole, delivered when all parts are', async () => {
    const before = (await daemon.messages()).length;
    const text = `${'a'.repeat(152)}€${'b'.repeat(100)}`;
    await send(daemon, '0684843557', text);
    const messages = await settled(daemon, before + 1);
    expect(messages.find(({ to }) => to === '+33684843557')).toMatchObject({ state: 'delivered', parts: 2 });
    const parts = kannel.arrived.filter(({ to }) => to === '+33684843557');
    expect(parts.map(({ udh }) => udh.slice(0, 9))).toEqual(['%05%00%03', '%05%00%03']);
    expect(parts.map((part) => part.text).join('')).toBe(text);
  });
});

describe('Kannel by HTTP, killed', () => {
  it('bearerbox dies in the middle: nothing twice, nothing claimed that is not so; the rest goes when it is back', async () => {
    const kannel = await Kannel.start();
    const daemon = await startGateway(kannel, '    answerSeconds: 3\n    window: 5\n    rate: 10\n');
    try {
      const texts = Array.from({ length: 40 }, (_, index) => `Message no ${index}`);
      await sendAll(daemon, '0684843556', texts);
      await eventually('some have arrived', () => kannel.arrived.length >= 5);
      await kannel.killBearerbox();
      await kannel.startBoxes();
      const messages = await eventually(
        'what waits has left',
        async () => {
          const all = await daemon.messages();
          const waiting = all.some(({ state }) => state === 'queued' || state === 'submitting');
          return all.length === texts.length && !waiting && all;
        },
        40_000,
      );
      const arrived = kannel.arrived.map(({ text }) => text);
      expect(new Set(arrived).size).toBe(arrived.length);
      // Delivered is only what arrived; what the dead box had taken is submitted or unknown for ever.
      for (const { state, text } of messages) if (state === 'delivered') expect(arrived).toContain(text);
      for (const { state } of messages) expect(['delivered', 'submitted', 'unknown']).toContain(state);
      expect(messages.filter(({ state }) => state === 'delivered').length).toBeGreaterThan(5);
    } finally {
      await daemon.dispose();
      await kannel.stop();
    }
  });
});
