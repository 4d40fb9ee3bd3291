// Every refusal as a client sees it: an SMTP reply before the code was right, a mail after it (or the reply, where mail
// is not the way). Nothing is sent, charged or lost.

import { describe, expect, test } from 'vitest';

import { Gateway, type MailWish } from './gateway.js';

const LONG = 'a'.repeat(161);

async function untouched(gateway: Gateway): Promise<void> {
  const account = await gateway.ask<{ balanceMilli: number; reservedMilli: number }>('account.show', {
    email: 'alice@example.fr',
  });
  expect([account.balanceMilli, account.reservedMilli]).toEqual([10_000, 0]);
  await gateway.pass(5000);
  expect(gateway.phone()).toEqual([]);
}

describe('before the code is right: the SMTP reply', () => {
  const cases: (MailWish & { name: string; code: number; reply: RegExp })[] = [
    { name: 'another domain', to: 'sms@elsewhere.example', code: 550, reply: /5\.7\.1 .*elsewhere\.example/ },
    { name: 'no known form', to: 'hello@gw.example', code: 550, reply: /5\.1\.3 .*sms\.CODE@gw\.example/ },
    {
      name: 'wrong code',
      to: 'sms.WRONG1@gw.example',
      subject: '0684843556',
      code: 550,
      reply: /^5\.7\.1 Sender or code not accepted$/,
    },
    {
      name: 'unknown sender',
      from: 'mallory@evil.example',
      to: 'sms.WRONG1@gw.example',
      subject: '0684843556',
      code: 550,
      reply: /^5\.7\.1 Sender or code not accepted$/,
    },
    { name: 'syntax 1 without a colon', to: 'sms@gw.example', subject: '0684843556', code: 554, reply: /5\.6\.0 / },
    { name: 'null sender', from: '', to: 'sms.CODE@gw.example', subject: '0684843556', code: 550, reply: /5\.7\.1 / },
    {
      name: 'an automatic reply',
      to: 'sms.CODE@gw.example',
      subject: '0684843556',
      headers: { 'Auto-Submitted': 'auto-replied' },
      code: 550,
      reply: /5\.7\.1 Automatic/,
    },
    {
      name: 'list mail',
      to: 'sms.CODE@gw.example',
      subject: '0684843556',
      headers: { 'List-Id': '<l.example>' },
      code: 550,
      reply: /5\.7\.1 Automatic/,
    },
  ];

  test.each(cases)('$name', async ({ code, reply, from, to: written, subject, headers }) => {
    const gateway = await Gateway.start();
    const right = await gateway.account('alice@example.fr', 10);
    const to = String(written).replace('CODE', right);
    const wish = {
      ...(from !== undefined && { from }),
      ...(subject !== undefined && { subject }),
      ...(headers && { headers }),
    };
    const answer = await gateway.mail({ ...wish, to, text: 'x' });
    expect(answer).toEqual({ code, text: expect.stringMatching(reply) as string });
    await untouched(gateway);
    expect(gateway.outbox()).toEqual([]);
  });

  test('a closed account is refused as a wrong code is', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10);
    await gateway.ask('account.close', { email: 'alice@example.fr' });
    const answer = await gateway.mail({ to: `sms.${code}@gw.example`, subject: '0684843556', text: 'x' });
    expect(answer).toEqual({ code: 550, text: '5.7.1 Sender or code not accepted' });
    await untouched(gateway);
  });
});

describe('after the code was right: a mail, with 250', () => {
  const cases: { name: string; to?: string; subject?: string; text?: string; says: RegExp }[] = [
    { name: 'not a date', subject: '0684843556:153012132027', says: /153012132027/ },
    { name: 'a past date', subject: '0684843556:153012092025', says: /153012092025/ },
    { name: 'too far', subject: '0684843556:153012092036', says: /153012092036/ },
    { name: 'no number', subject: '', says: /num[ée]ro/i },
    { name: 'an invalid number', subject: '0123', says: /0123/ },
    { name: 'a premium number', subject: '0899123456', says: /surtax/ },
    { name: 'overseas', subject: '0690123456', says: /outre-mer/ },
    { name: 'a landline', subject: '0144556677', says: /fixe/ },
    { name: 'no such group', subject: 'Nobody', says: /Nobody/ },
    { name: 'an empty text', subject: '0684843556', text: '\n-- \nAlice', says: /vide/ },
    { name: 'too long', subject: '0684843556', text: LONG, says: /161/ },
    { name: 'syntax 3 with a text as subject', to: 'CODE.0684843556@gw.example', subject: 'Bonjour', says: /Bonjour/ },
    { name: 'syntax 4 with an empty subject', to: '0684843556.CODE@gw.example', subject: '', says: /vide/ },
    {
      name: 'too dear',
      subject: Array.from({ length: 11 }, (_, n) => `06123456${String(n + 10)}`).join('-'),
      says: /[Cc]rédit insuffisant/,
    },
  ];

  test.each(cases)('$name', async ({ to = 'sms.CODE@gw.example', subject = '', text = 'x', says }) => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10);
    const answer = await gateway.mail({ to: to.replace('CODE', code), subject, text });
    expect(answer).toMatchObject({ code: 250 });
    await gateway.waitFor(() => gateway.outbox().length === 1);
    const [mail = ''] = gateway.outbox();
    expect(decoded(mail)).toMatch(says);
    expect(mail.toLowerCase()).not.toContain(code.toLowerCase());
    await untouched(gateway);
  });

  test.each(cases)(
    '$name, from a program: the SMTP reply',
    async ({ to = 'sms.CODE@gw.example', subject = '', text = 'x' }) => {
      const gateway = await Gateway.start();
      const code = await gateway.account('alice@example.fr', 10);
      const headers = { 'Auto-Submitted': 'auto-generated' };
      const answer = await gateway.mail({ to: to.replace('CODE', code), subject, text, headers });
      expect(answer.code).toBeGreaterThanOrEqual(550);
      expect(answer.text.toLowerCase()).not.toContain(code.toLowerCase());
      await untouched(gateway);
      expect(gateway.outbox()).toEqual([]);
    },
  );

  test('some numbers refused: the others are sent, and the mail lists each refused one', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10);
    const subject = '0684843556-0690123456-0899123456';
    const answer = await gateway.mail({ to: `sms.${code}@gw.example`, subject, text: 'x' });
    expect(answer.text).toMatch(/: 1 SMS, 2 refused$/);
    await gateway.waitFor(() => gateway.phone().length === 1 && gateway.outbox().length === 1);
    const text = decoded(gateway.outbox()[0] ?? '');
    expect(text).toContain('+590690123456');
    expect(text).toContain('0899123456');
  });
});

test('forged mails cause no mail to anyone', async () => {
  const gateway = await Gateway.start();
  await gateway.account('alice@example.fr', 10);
  const forged = [
    'sms@gw.example',
    'sms.GUESS1@gw.example',
    'GUESS1.0684843556@gw.example',
    '0684843556.GUESS1@gw.example',
  ];
  for (const to of forged) {
    const { code } = await gateway.mail({ to, subject: 'GUESS1:0684843556', text: 'x' });
    expect(code).toBeGreaterThanOrEqual(550);
  }
  await untouched(gateway);
  expect(gateway.outbox()).toEqual([]);
}, 60_000);

/** The text of an outcome mail, whatever its transfer encoding. */
function decoded(mail: string): string {
  const [head = '', ...body] = mail.split(/\r?\n\r?\n/);
  const text = body.join('\n\n');
  if (/quoted-printable/i.test(head)) {
    const bytes = text
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  }
  return /base64/i.test(head) ? Buffer.from(text, 'base64').toString('utf8') : text;
}
