// Settings of an account that no other flow shows: what the same mail becomes with and without them.

import { expect, test } from 'vitest';

import { Gateway, MONDAY_TEN } from './gateway.js';

const HOUR_MS = 3_600_000;

interface Row {
  readonly to: string;
  readonly state: string;
  readonly dueAt: string;
  readonly text: string;
  readonly sender: string | null;
}

async function sent(
  settings: Readonly<Record<string, string>>,
  number: string,
  hour = 10,
  text = 'Bonjour',
): Promise<Row> {
  const gateway = await Gateway.start();
  const code = await gateway.account('alice@example.fr', 10, settings);
  gateway.clock.set(MONDAY_TEN + (hour - 10) * HOUR_MS);
  const reply = await gateway.mail({ to: `sms.${code}@gw.example`, subject: number, text });
  expect(reply).toMatchObject({ code: 250 });
  const { messages } = await gateway.ask<{ messages: Row[] }>('messages', {});
  const [row] = messages;
  if (!row) throw new Error(reply.text);
  return row;
}

test('country: national numbers are read as they are dialled there', async () => {
  expect(await sent({ country: 'BE' }, '0470111222')).toMatchObject({ to: '+32470111222' });
});

test('quiet: what falls due within leaves at the end', async () => {
  expect(await sent({ quiet: '22:00-07:00' }, '0684843556', 23)).toMatchObject({
    state: 'scheduled',
    dueAt: '2026-11-24T06:00:00.000Z',
  });
});

test('landline: sent by day, held back at night', async () => {
  expect(await sent({ landline: 'on' }, '0144556677', 21)).toMatchObject({
    to: '+33144556677',
    state: 'scheduled',
    dueAt: '2026-11-24T07:00:00.000Z',
  });
});

test('zone: the cut-off hour is that of the account', async () => {
  expect(await sent({ zone: 'America/Guadeloupe', cutoff: '20:00' }, '0684843556', 10)).toMatchObject({
    dueAt: '2026-11-23T13:00:00.000Z',
  });
});

test('cut=none: signatures and quotes are text', async () => {
  expect((await sent({ cut: 'none' }, '0684843556', 10, 'Oui\n-- \nAlice')).text).toBe('Oui\n-- \nAlice');
});

test('unicode=never and sender', async () => {
  const row = await sent({ unicode: 'never', sender: 'Cabinet' }, '0684843556', 10, 'Bravo 🎉');
  expect(row).toMatchObject({ text: 'Bravo ?', sender: 'Cabinet' });
});

test('lifetime: what could not leave in that time never does', async () => {
  const gateway = await Gateway.start();
  const code = await gateway.account('alice@example.fr', 10, { lifetime: '1h' });
  await gateway.mail({ to: `${code}.0612345678@gw.example`, subject: '120023112026', text: 'noon' });
  await gateway.stop();
  gateway.clock.set(MONDAY_TEN + 4 * HOUR_MS);
  await gateway.start();
  await gateway.pass(60_000);
  expect(gateway.phone()).toEqual([]);
  const { messages } = await gateway.ask<{ messages: Row[] }>('messages', {});
  expect(messages).toMatchObject([{ state: 'expired' }]);
});
