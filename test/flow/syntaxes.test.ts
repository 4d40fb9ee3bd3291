// A mail goes in over real SMTP, an SMS comes out at the simulator's phone, the credit leaves, the sender is told.

import { describe, expect, test } from 'vitest';

import { Gateway } from './gateway.js';

const TEXT = 'Réunion à 14h : 12 €';

async function balance(gateway: Gateway): Promise<number> {
  const account = await gateway.ask<{ balanceMilli: number; reservedMilli: number }>('account.show', {
    email: 'alice@example.fr',
  });
  return account.balanceMilli + account.reservedMilli;
}

describe('the four syntaxes', () => {
  const mails = [
    { name: '1', to: 'sms@gw.example', subject: 'CODE:0684843556-0660919010', text: TEXT, sms: 2 },
    { name: '2', to: 'sms.CODE@gw.example', subject: '06 84 84 35 56', text: TEXT, sms: 1 },
    { name: '3', to: 'CODE.0684843556@gw.example', subject: '', text: TEXT, sms: 1 },
    { name: '4', to: '0684843556.CODE@gw.example', subject: TEXT, text: 'not looked at', sms: 1 },
    { name: '3, two recipients', to: ['CODE.0684843556@gw.example', 'CODE.0660919010@gw.example'], text: TEXT, sms: 2 },
    { name: '1, upper case', to: 'SMS@GW.EXAMPLE', subject: 'CODE:+33684843556', text: TEXT, sms: 1 },
  ];

  test.each(mails)('syntax $name', async ({ to, subject = '', text, sms }) => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10);
    const withCode = (value: string) => value.replace('CODE', code);
    const addresses = [to].flat().map(withCode);
    const reply = await gateway.mail({ to: addresses, subject: withCode(subject), text });
    expect(reply).toMatchObject({ code: 250 });
    await gateway.waitFor(() => gateway.phone().length === sms && gateway.outbox().length === 1);
    expect(gateway.phone().map((entry) => entry.text)).toEqual(Array<string>(sms).fill(TEXT));
    expect(gateway.phone().map((entry) => entry.to)).toContain('+33684843556');
    expect(await balance(gateway)).toBe((10 - sms) * 1000);
    const [mail = ''] = gateway.outbox();
    expect(mail).toMatch(/^To: alice@example\.fr\r?$/m);
    expect(mail).toMatch(/^Auto-Submitted: auto-replied\r?$/m);
    expect(mail.toLowerCase()).not.toContain(code.toLowerCase());
  });

  test('different forms in one mail make one order each, and one SMS for each number', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10, { duplicates: 'off' });
    const reply = await gateway.mail({
      to: [`${code}.0684843556@gw.example`, `sms.${code}@gw.example`],
      subject: '153023112027',
      text: 'later',
    });
    // Syntax 3 takes the subject for a date; for syntax 2 it is no number, which is told by mail.
    expect(reply.text).toMatch(/Recorded as \w+: 1 SMS; 1 refused, a mail says why/);
    const both = await gateway.mail({
      to: [`${code}.0684843556@gw.example`, `${code.toLowerCase()}.+33684843556@gw.example`],
      text: 'now',
    });
    expect(both.text).toMatch(/: 1 SMS$/);
  });

  test('a number that is also a code: syntax 3 first, then 4, the right code wins', async () => {
    const gateway = await Gateway.start();
    await gateway.ask('account.create', {
      email: 'alice@example.fr',
      creditsMilli: 5000,
      code: 'a0612345678',
      mail: false,
    });
    const reply = await gateway.mail({ to: '0684843556.a0612345678@gw.example', subject: 'hello', text: 'x' });
    expect(reply.code).toBe(250);
    await gateway.waitFor(() => gateway.phone().length === 1);
    expect(gateway.phone()[0]).toMatchObject({ to: '+33684843556', text: 'hello' });
  });

  test('a group stands in the place of a number', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10);
    await gateway.ask('contacts.import', {
      email: 'alice@example.fr',
      group: 'Équipe Nord-Est',
      contacts: [
        { name: 'Anne', number: '+33684843556', values: [] },
        { name: 'Bob', number: '+33660919010', values: [] },
      ],
    });
    const reply = await gateway.mail({
      to: 'sms@gw.example',
      subject: `${code}:equipe nord-est-0612345678`,
      text: 'x',
    });
    expect(reply.text).toMatch(/: 3 SMS$/);
  });
});

describe('later', () => {
  test('a deferred mail leaves at its instant and not before; the credit leaves with it', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10);
    const reply = await gateway.mail({
      to: `sms.${code}@gw.example`,
      subject: '0684843556:120023112026',
      text: 'noon',
    });
    expect(reply.code).toBe(250);
    await gateway.pass(2 * 3_600_000 - 1000);
    expect(gateway.phone()).toEqual([]);
    expect(await balance(gateway)).toBe(10_000);
    await gateway.pass(1000);
    await gateway.waitFor(() => gateway.phone().length === 1);
    expect(gateway.phone()[0]).toMatchObject({
      at: expect.stringMatching(/^2026-11-23T11:00:0/) as string,
      text: 'noon',
    });
    expect(await balance(gateway)).toBe(9_000);
    await gateway.waitFor(() => gateway.outbox().length === 2);
  });

  test('after the cut-off hour a mail waits till nine, also over the start of summer time', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10, { cutoff: '20:00' });
    gateway.clock.set(Date.parse('2027-03-27T22:00:00+01:00'));
    await gateway.mail({ to: `${code}.0684843556@gw.example`, text: 'night' });
    await gateway.pass(9 * 3_600_000 + 3_599_000);
    expect(gateway.phone()).toEqual([]);
    await gateway.pass(2000);
    await gateway.waitFor(() => gateway.phone().length === 1);
    expect(gateway.phone()[0]?.at).toMatch(/^2027-03-28T07:00:0/);
  });

  test('what was queued before a stop leaves after the start, once', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10);
    await gateway.mail({ to: `sms.${code}@gw.example`, subject: '0684843556:120023112026', text: 'noon' });
    await gateway.stop();
    gateway.clock.set(Date.parse('2026-11-23T12:30:00+01:00'));
    await gateway.start();
    await gateway.waitFor(() => gateway.phone().length === 1);
    await gateway.pass(60_000);
    expect(gateway.phone()).toHaveLength(1);
  });
});

describe('the same mail again', () => {
  test('a client that lost the 250 gets it again, and no second SMS', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10, { duplicates: 'off' });
    const mail = { to: `${code}.0684843556@gw.example`, text: 'x', messageId: '<once@client.example>' };
    const first = await gateway.mail(mail);
    const again = await gateway.mail(mail);
    expect(again.code).toBe(250);
    const order = /Recorded as (\w+)/.exec(first.text)?.[1];
    expect(again.text).toContain(`Recorded before as ${order}`);
    await gateway.waitFor(() => gateway.phone().length === 1);
    await gateway.pass(5000);
    expect(gateway.phone()).toHaveLength(1);
  });
});
