// docs/guide-mail-client.md, word for word: each mail of its tables is sent to a gateway, and an SMS arrives (or waits).

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { Gateway } from '../flow/gateway.js';

const page = readFileSync(new URL('../../docs/guide-mail-client.md', import.meta.url), 'utf8');
const CODE = '4c8vs4sgfa';

/** The rows of the table under a heading, without its head. */
function rowsUnder(heading: string): string[][] {
  const section = page.slice(page.indexOf(`## ${heading}\n`)).split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
  return rows.map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()));
}

const written = (cell: string): string => /`([^`]+)`/.exec(cell)?.[1] ?? '';
const here = (address: string): string => address.replace('sms.example.fr', 'gw.example');

async function gateway(): Promise<Gateway> {
  const started = await Gateway.start();
  await started.ask('account.create', { email: 'alice@example.fr', creditsMilli: 20_000, code: CODE, mail: false });
  await started.ask('contacts.import', {
    email: 'alice@example.fr',
    group: 'Equipe Nord',
    contacts: [{ name: 'Anne', number: '+33684843556', values: [] }],
  });
  return started;
}

describe('docs/guide-mail-client.md', () => {
  const ways = rowsUnder('Other ways to say the same').filter(([wish]) => !wish?.startsWith('have it leave') && !wish?.startsWith('take'));

  test('the shortest way', async () => {
    const started = await gateway();
    const [to] = rowsUnder('The shortest way');
    const reply = await started.mail({ to: here(written(to?.[1] ?? '')), text: 'Hello' });
    expect(reply.code).toBe(250);
    await started.waitFor(() => started.phone().length === 1);
  });

  test.each(ways.map(([wish = '', to = '', subject = '']) => ({ wish, to, subject })))('$wish', async ({ to, subject }) => {
    const started = await gateway();
    const typed = subject === 'the text' ? 'Hello' : written(subject);
    const reply = await started.mail({ to: here(written(to)), subject: typed, text: 'Hello' });
    expect(reply).toMatchObject({ code: 250, text: expect.stringMatching(/: \d SMS$/) as string });
    await started.waitFor(() => started.phone().length > 0);
  });

  test('have it leave later, and take it back', async () => {
    const started = await gateway();
    const [later, back] = ['have it leave', 'take a deferred'].map((start) =>
      rowsUnder('Other ways to say the same').find(([wish]) => wish?.startsWith(start)),
    );
    const to = here(written(later?.[1] ?? ''));
    expect((await started.mail({ to, subject: written(later?.[2] ?? ''), text: 'Hello' })).text).toMatch(/: 1 SMS$/);
    const subject = /`([^`]+s)`/.exec(back?.[2] ?? '')?.[1] ?? '';
    expect(subject).toMatch(/\d{12}s$/);
    expect((await started.mail({ to, subject, text: 'Hello' })).code).toBe(250);
    const { messages } = await started.ask<{ messages: { state: string }[] }>('messages', {});
    expect(messages.map(({ state }) => state)).toEqual(['cancelled']);
  });
});
