// Replies to SMS, in a whole daemon: what they bring about, once, whatever is told twice and whenever it stops. The numbers'
// last digits choose what the simulator's people answer (docs/simulator.md).

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, onTestFinished, test } from 'vitest';

import type { MessagesView } from '../../src/cli/operations/messages.js';
import { settle } from '../support/fake-clock.js';
import { textOf } from '../support/text-of.js';
import { Gateway } from './gateway.js';

const ALICE = 'alice@example.fr';
const SAYS_STOP = '+33612345021';
const SAYS_CONTACT = '+33612345022';
const SAYS_THANKS = '+33612345023';
const BOSS = '+33612345100';
const THANKS = 'Merci, bien reçu 👍';

/** Alice sends an SMS to somebody who answers. */
async function answered(to: string, settings: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const gateway = await Gateway.start();
  await writes(gateway, await gateway.account(ALICE, 10, settings), to);
  await gateway.pass(5000);
  return gateway;
}

async function writes(gateway: Gateway, code: string, to: string, text = 'Bonjour'): Promise<void> {
  const reply = await gateway.mail({ to: `${code}.${to}@gw.example`, text, messageId: '<m1@client.example>' });
  expect(reply.code).toBe(250);
}

const textsOn = (gateway: Gateway, number: string): string[] =>
  gateway
    .phone()
    .filter(({ to }) => to === number)
    .map(({ text }) => text);

async function arrived(gateway: Gateway, number: string, texts: readonly string[]): Promise<void> {
  await gateway.waitFor(() => textsOn(gateway, number).length >= texts.length);
  await gateway.pass(5000);
  expect(textsOn(gateway, number)).toEqual(texts);
}

const balance = async (gateway: Gateway) =>
  (await gateway.ask<{ balanceMilli: number }>('account.show', { email: ALICE })).balanceMilli / 1000;

const blacklist = (gateway: Gateway, email: string | null) => gateway.ask<string[]>('blacklist.list', { email });

async function clean(gateway: Gateway): Promise<void> {
  expect(await gateway.faults()).toEqual([]);
}

interface Site {
  readonly url: string;
  readonly bodies: unknown[];
  readonly seen: IncomingMessage[];
}

/** Answers with each status in turn, then with the last one for ever. */
async function site(...statuses: readonly number[]): Promise<Site> {
  const [bodies, seen]: [unknown[], IncomingMessage[]] = [[], []];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      seen.push(request);
      bodies.push(JSON.parse(body));
      const status = statuses[Math.min(bodies.length, statuses.length) - 1] ?? 200;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('x');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/replies`, bodies, seen };
}

/** In steps shorter than the patience with a URL: the network does not know the test's clock. */
async function posted(gateway: Gateway, bodies: readonly unknown[], count: number): Promise<void> {
  for (let step = 0; step < 100 && bodies.length < count; step += 1) {
    await gateway.pass(4000);
    await settle(50);
  }
  expect(bodies).toHaveLength(count);
}

describe('STOP', () => {
  test('blacklists the number for the account, confirms once, and nothing more goes there', async () => {
    const gateway = await answered(SAYS_STOP, { stopText: 'Vous ne recevrez plus rien.', 'replies.auto': 'Merci' });
    await arrived(gateway, SAYS_STOP, ['Bonjour', 'Vous ne recevrez plus rien.']);
    expect(await blacklist(gateway, ALICE)).toEqual([SAYS_STOP]);
    expect(await blacklist(gateway, null)).toEqual([]);
    expect(await balance(gateway)).toBe(8);
    const again = gateway.ask('send', { from: ALICE, to: [SAYS_STOP], text: 'x', dryRun: true });
    expect(JSON.stringify(await again)).toContain('number-blacklisted');
    await clean(gateway);
  });

  test('without a text nothing is sent', async () => {
    const gateway = await answered(SAYS_STOP);
    await arrived(gateway, SAYS_STOP, ['Bonjour']);
    expect(await blacklist(gateway, ALICE)).toEqual([SAYS_STOP]);
    expect(await balance(gateway)).toBe(9);
  });
});

test('CONTACT is answered with the text of the account, cut to one part', async () => {
  const gateway = await answered(SAYS_CONTACT, { contactText: `Cabinet ${'0'.repeat(300)}`, 'replies.auto': 'Merci' });
  await arrived(gateway, SAYS_CONTACT, ['Bonjour', `Cabinet ${'0'.repeat(152)}`]);
  expect(await balance(gateway)).toBe(8);
});

describe('the automatic answer', () => {
  test('goes to one number at most once in four hours, whatever it says back', async () => {
    const gateway = await answered(SAYS_THANKS, { 'replies.auto': 'Personne ne lit ce numéro.' });
    // The phone answers the automatic answer too.
    await arrived(gateway, SAYS_THANKS, ['Bonjour', 'Personne ne lit ce numéro.']);
    await gateway.pass(60_000);
    expect(textsOn(gateway, SAYS_THANKS)).toHaveLength(2);
    expect(await balance(gateway)).toBe(8);
    await gateway.pass(4 * 3_600_000);
    const code = (await gateway.ask<{ code: string }>('account.new-code', { email: ALICE, mail: false })).code;
    await writes(gateway, code, SAYS_THANKS, 'Bonsoir');
    await arrived(gateway, SAYS_THANKS, [
      ...['Bonjour', 'Personne ne lit ce numéro.'],
      ...['Bonsoir', 'Personne ne lit ce numéro.'],
    ]);
    await clean(gateway);
  });
});

test('a rule answers instead, and moves the contact', async () => {
  const gateway = await Gateway.start();
  const code = await gateway.account(ALICE, 10, { 'replies.auto': 'Personne ne lit ce numéro.' });
  const contacts = [{ number: SAYS_THANKS, name: 'Zoé', values: [] }];
  await gateway.ask('contacts.import', { email: ALICE, group: 'Clients', contacts });
  const rule = { email: ALICE, pattern: 'bien recu', answer: 'Entendu.', group: 'Confirmés' };
  await gateway.ask('replies.rules.add', rule);
  await writes(gateway, code, 'clients');
  await arrived(gateway, SAYS_THANKS, ['Bonjour', 'Entendu.']);
  const groups = await gateway.ask<{ name: string; memberCount: number }[]>('group.list', { email: ALICE });
  expect(groups.map(({ name, memberCount }) => [name, memberCount])).toEqual([
    ['Clients', 0],
    ['Confirmés', 1],
  ]);
});

describe('forwarding', () => {
  test('by mail: threaded under the mail of the order, free of charge', async () => {
    const gateway = await answered(SAYS_THANKS, { 'replies.email': 'office@example.fr', lang: 'en' });
    const forwards = () => gateway.outbox().filter((mail) => /^To: office@example\.fr\r?$/m.test(mail));
    await gateway.waitFor(() => forwards().length === 1);
    const [mail = ''] = forwards();
    expect(mail).toMatch(/^In-Reply-To: <m1@client\.example>\r?$/m);
    expect(textOf(mail)).toContain(`${SAYS_THANKS} has replied to your SMS.`);
    expect(textOf(mail)).toContain(`  | ${THANKS}`);
    expect(textOf(mail)).toContain('  | Bonjour');
    expect(await balance(gateway)).toBe(9);
  });

  test('to a mobile: one SMS, one credit', async () => {
    const gateway = await answered(SAYS_THANKS, { 'replies.mobile': BOSS });
    await arrived(gateway, BOSS, [`${SAYS_THANKS}: ${THANKS}`]);
    expect(await balance(gateway)).toBe(8);
    const { messages } = await gateway.ask<MessagesView>('messages', {});
    expect(messages.map(({ to }) => to)).toEqual([BOSS, SAYS_THANKS]);
  });

  test('to a URL: as JSON, once', async () => {
    const { url, bodies, seen } = await site(200);
    const gateway = await answered(SAYS_THANKS, { 'replies.url': url });
    await gateway.waitFor(() => bodies.length === 1);
    await gateway.pass(3_600_000);
    expect(bodies).toEqual([
      {
        ...{ from: SAYS_THANKS, to: 'simulator', text: THANKS },
        at: expect.stringMatching(/^2026-11-23T09:00:0\d/) as string,
        order: expect.any(String) as string,
        message: expect.stringMatching(/-1$/) as string,
      },
    ]);
    expect(seen[0]?.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('to a URL that fails or redirects: tried again later, the redirect not followed', async () => {
    const { url, bodies, seen } = await site(500, 302, 200);
    const gateway = await answered(SAYS_THANKS, { 'replies.url': url });
    await gateway.waitFor(() => bodies.length === 1);
    await gateway.pass(1000);
    expect(bodies).toHaveLength(1);
    await posted(gateway, bodies, 3);
    await gateway.pass(3_600_000);
    expect(seen.map((request) => request.url)).toEqual(['/replies', '/replies', '/replies']);
  });

  test('to a URL that fails: what else waits for it is not tried in vain, and comes in the end', async () => {
    const { url, bodies } = await site(...Array.from({ length: 10 }, () => 500), 200);
    const gateway = await Gateway.start();
    await gateway.account(ALICE, 100, { 'replies.url': url });
    const people = Array.from({ length: 25 }, (_, at) => `+336123${10 + at}023`);
    await gateway.ask('send', { from: ALICE, to: people, text: 'Bonjour', dryRun: false });
    await gateway.waitFor(() => bodies.length > 0);
    await gateway.pass(10_000);
    expect(bodies.length).toBeLessThanOrEqual(10);
    await posted(gateway, bodies, 35);
    expect(new Set(bodies.slice(10).map((body) => (body as { from: string }).from))).toEqual(new Set(people));
  });

  test('a URL that nobody serves keeps no answer waiting', async () => {
    const gateway = await answered(SAYS_THANKS, { 'replies.url': 'http://127.0.0.1:9/', 'replies.auto': 'Merci' });
    await arrived(gateway, SAYS_THANKS, ['Bonjour', 'Merci']);
  });
});

test('what was taken before a stop is done after the next start, once', async () => {
  const { url, bodies } = await site(500, 200);
  const gateway = await answered(SAYS_THANKS, { 'replies.url': url, 'replies.mobile': BOSS });
  await gateway.waitFor(() => bodies.length === 1);
  await arrived(gateway, BOSS, [`${SAYS_THANKS}: ${THANKS}`]);
  await gateway.stop();
  await gateway.start();
  await posted(gateway, bodies, 2);
  await gateway.pass(3_600_000);
  expect(bodies).toHaveLength(2);
  expect(textsOn(gateway, BOSS)).toHaveLength(1);
  await clean(gateway);
});

describe('answering a forwarded reply by mail', () => {
  const OFFICE = 'office@example.fr';

  /** The address that the forwarded mail is answered to. */
  async function replyAddress(gateway: Gateway): Promise<string> {
    const forwarded = () => gateway.outbox().find((mail) => mail.includes(`To: ${OFFICE}`));
    await gateway.waitFor(() => forwarded() !== undefined);
    return /^Reply-To: <?(reply\.\d+-[0-9a-f]{20}@gw\.example)>?\r?$/m.exec(forwarded() ?? '')?.[1] ?? 'none';
  }

  async function forwarding(): Promise<{ gateway: Gateway; to: string }> {
    const gateway = await answered(SAYS_THANKS, { 'replies.email': OFFICE });
    return { gateway, to: await replyAddress(gateway) };
  }

  const answer = 'De rien !\n\nLe lun. 23 nov. 2026 à 10:05, Petit Bleu <petitbleu@gw.example> a écrit :\n> Merci';
  const refusal = { code: 550, text: '5.7.1 Sender or code not accepted' };

  test('becomes an SMS to that number, charged, told, and only once', async () => {
    const { gateway, to } = await forwarding();
    const before = await balance(gateway);
    const mail = { to, subject: 'Re: Bonjour', text: answer, messageId: '<a1@client.example>' };
    const reply = await gateway.mail(mail);
    expect(reply).toMatchObject({ code: 250, text: expect.stringMatching(/: 1 SMS$/) as string });
    // A client that has lost the 250.
    expect(await gateway.mail(mail)).toMatchObject({
      code: 250,
      text: expect.stringContaining('Recorded before') as string,
    });
    await arrived(gateway, SAYS_THANKS, ['Bonjour', 'De rien !']);
    expect(await balance(gateway)).toBe(before - 1);
    expect(await gateway.mail({ to, subject: 'Re: Bonjour', text: 'Encore' })).toEqual(refusal);
    await clean(gateway);
  });

  test('also after a restart, and in any case of letters', async () => {
    const { gateway, to } = await forwarding();
    await gateway.stop();
    await gateway.start();
    const reply = await gateway.mail({ to: to.toUpperCase(), subject: 'RE: Bonjour', text: answer });
    expect(reply.code).toBe(250);
  });

  test('a changed address, another number, a stranger: refused as a wrong code is', async () => {
    const { gateway, to } = await forwarding();
    await gateway.account('bob@example.fr', 10);
    const changed = to.replace(/.(?=@)/, (digit) => (digit === '0' ? '1' : '0'));
    const other = to.replace(/^reply\.\d+/, 'reply.999');
    for (const wrong of [changed, other]) expect(await gateway.mail({ to: wrong, text: answer })).toEqual(refusal);
    expect(await gateway.mail({ from: 'bob@example.fr', to, text: answer })).toEqual(refusal);
    expect(await gateway.mail({ from: 'mallory@evil.example', to, text: answer })).toEqual(refusal);
    expect((await gateway.mail({ to, text: answer })).code).toBe(250);
  });
});
