// The whole daemon with an HTTP provider: mail in, request out, receipt by callback; silence, restart, late receipt.

import { expect, it } from 'vitest';

import type { MessageView } from '../../src/cli/operations/message-view.js';
import { call } from '../support/http-call.js';
import { HttpProvider } from '../support/http-provider.js';
import { Gateway } from './gateway.js';

const TOKEN = 'a-token-that-nobody-guesses';

async function begin() {
  const provider = await HttpProvider.start();
  const gateway = await Gateway.start(`
http: { listen: "127.0.0.1:0" }
carriers:
  kannel: { type: http, preset: kannel, url: "${provider.url}/sendsms", username: a, password: b, answerSeconds: 5, callbacks: { token: ${TOKEN} } }
`);
  const code = await gateway.account('alice@example.fr', 10);
  const send = (text = 'Bonjour') => gateway.mail({ to: `sms.${code}@gw.example`, subject: '0684843556', text });
  const states = async (): Promise<string[]> => {
    const { messages } = await gateway.ask<{ messages: readonly MessageView[] }>('messages', {});
    return messages.map(({ state }) => state);
  };
  const report = (state: number) => {
    const url = provider.got.at(-1)?.query.get('dlr-url') ?? '';
    return call(url.replace('%d', String(state)).replace('%A', '').replace('%p', '33684843556'));
  };
  return { provider, gateway, send, states, report };
}

it('a message is submitted, and delivered when its receipt comes', async () => {
  const { provider, gateway, send, states, report } = await begin();
  provider.answer = () => ({ status: 202, body: '0: Accepted for delivery' });
  await send();
  await gateway.waitFor(() => provider.got.length === 1);
  await gateway.pass(100);
  expect((await report(8)).status).toBe(200);
  expect(await states()).toEqual(['submitted']);
  expect((await report(1)).status).toBe(200);
  expect((await report(1)).status).toBe(200);
  expect(await states()).toEqual(['delivered']);
});

it('silence is unknown, is not sent again by a restart, and is settled by the receipt', async () => {
  const { provider, gateway, send, states, report } = await begin();
  provider.answer = () => 'silence';
  await send();
  await gateway.waitFor(() => provider.got.length === 1);
  await gateway.pass(5_000);
  expect(await states()).toEqual(['unknown']);
  const dlrUrl = provider.got[0]?.query.get('dlr-url') ?? '';
  await gateway.stop();
  await gateway.start();
  await gateway.pass(60_000);
  expect(provider.got).toHaveLength(1);
  // The new door has another port.
  provider.answer = () => ({ status: 202, body: '0: Accepted for delivery' });
  await send('Bonsoir');
  await gateway.waitFor(() => provider.got.length === 2);
  const base = /^http:\/\/[^/]+/.exec(provider.got[1]?.query.get('dlr-url') ?? '')?.[0] ?? '';
  expect((await call(dlrUrl.replace(/^http:\/\/[^/]+/, base).replace('%d', '1'))).status).toBe(200);
  await report(1);
  expect((await states()).toSorted()).toEqual(['delivered', 'delivered']);
});
