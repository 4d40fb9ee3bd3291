// The conditions of an account that hold after the code was right: networks (`ips`) and a verified sender (`verify`).
// Told as any other refusal: by mail, else in the reply. Where the DNS does not answer, the client's queue tries again.

import { describe, expect, test } from 'vitest';

import { tableDns, type TableDns } from '../support/dns.js';
import { DKIM_RECORD, signedMail } from '../support/signed-mail.js';
import { textOf } from '../support/text-of.js';
import { Gateway } from './gateway.js';

const ORDER = { subject: '0612345678', text: 'Bonjour' };
const SPF_HERE = { 'TXT example.fr': ['v=spf1 ip4:127.0.0.1 -all'] };
const SPF_ELSEWHERE = { 'TXT example.fr': ['v=spf1 ip4:192.0.2.1 -all'] };

async function started(settings: Record<string, string>, dns: TableDns = tableDns({}), env = {}) {
  const gateway = await Gateway.start('', { env, resolve: dns.resolve });
  const code = await gateway.account('alice@example.fr', 10, settings);
  const send = (more: object = {}) => gateway.mail({ to: `sms.${code}@gw.example`, ...ORDER, ...more });
  const mailed = async (): Promise<string> => {
    await gateway.waitFor(() => gateway.outbox().length > 0);
    return textOf(gateway.outbox().at(-1) ?? '').replace(/\s+/g, ' ');
  };
  return { gateway, code, send, mailed };
}

describe('ips', () => {
  test('from the listed networks: accepted', async () => {
    const { send } = await started({ ips: '192.0.2.1, 127.0.0.0/30' });
    expect(await send({ localAddress: '127.0.0.3' })).toMatchObject({ code: 250 });
  });

  test('from elsewhere: refused, and the owner is told by mail', async () => {
    const { gateway, send, mailed } = await started({ ips: '127.0.0.0/30' });
    expect(await send({ localAddress: '127.0.0.4' })).toMatchObject({ code: 250, text: /a mail says why$/ });
    expect(await mailed()).toContain("Ce compte n'accepte pas de demandes depuis cette adresse IP");
    expect(gateway.phone()).toEqual([]);
  });

  test('from elsewhere, without mail (b): the reply says so', async () => {
    const { send } = await started({ ips: '192.0.2.0/24', 'notify.refused': 'off' });
    expect(await send()).toEqual({
      code: 550,
      text: '5.7.1 This account does not accept orders from this IP address',
    });
  });

  test('before the code was right nothing is said of them', async () => {
    const { send } = await started({ ips: '192.0.2.0/24' });
    expect(await send({ to: 'sms.WRONG1@gw.example' })).toEqual({
      code: 550,
      text: '5.7.1 Sender or code not accepted',
    });
  });
});

describe('verify=off', () => {
  test('asks the DNS nothing', async () => {
    const dns = tableDns(SPF_ELSEWHERE);
    const { send } = await started({}, dns);
    expect(await send()).toMatchObject({ code: 250 });
    expect(dns.asked).toEqual([]);
  });
});

describe('verify=report', () => {
  test.each([
    [SPF_HERE, "L'expéditeur de votre mail est vérifié (SPF pass, DKIM none, DMARC none)."],
    [SPF_ELSEWHERE, "L'expéditeur de votre mail n'est pas vérifié (SPF fail, DKIM none, DMARC none)."],
    [{ 'TXT example.fr': 'broken' } as const, "L'expéditeur de votre mail n'a pas pu être vérifié"],
  ])('accepts, and mail (a) says what would have been: %j', async (table, sentence) => {
    const { send, mailed } = await started({ verify: 'report' }, tableDns(table));
    expect(await send()).toMatchObject({ code: 250, text: /1 SMS/ });
    expect(await mailed()).toContain(sentence);
  });
});

describe('verify=required', () => {
  test('accepts what SPF proves', async () => {
    const { send, mailed } = await started({ verify: 'required' }, tableDns(SPF_HERE));
    expect(await send()).toMatchObject({ code: 250, text: /1 SMS/ });
    expect(await mailed()).not.toContain('vérifié');
  });

  test('accepts what DKIM proves', async () => {
    const table = { ...SPF_ELSEWHERE, 'TXT s1._domainkey.example.fr': [DKIM_RECORD] };
    const { gateway, code } = await started({ verify: 'required' }, tableDns(table));
    const to = `sms.${code}@gw.example`;
    const raw = await signedMail(
      `From: alice@example.fr\r\nTo: ${to}\r\nSubject: 0612345678\r\nMessage-ID: <1@example.fr>\r\n\r\nBonjour\r\n`,
      { domain: 'example.fr' },
    );
    const wish = { to, raw, envelope: { from: 'alice@example.fr', to } };
    expect(await gateway.mail(wish)).toMatchObject({ code: 250, text: /1 SMS/ });
  });

  test('refuses what nothing proves, and the owner is told by mail', async () => {
    const { gateway, send, mailed } = await started({ verify: 'required' }, tableDns(SPF_ELSEWHERE));
    expect(await send()).toMatchObject({ code: 250, text: /a mail says why$/ });
    expect(await mailed()).toContain("ne prouve pas qu'il vient de example.fr (SPF fail, DKIM none, DMARC none)");
    expect(gateway.phone()).toEqual([]);
  });

  test('refuses it in the reply to a program', async () => {
    const { send } = await started({ verify: 'required' }, tableDns(SPF_ELSEWHERE));
    expect(await send({ headers: { 'Auto-Submitted': 'auto-generated' } })).toMatchObject({
      code: 550,
      text: /^5\.7\.26 /,
    });
  });

  test('451 4.4.3 and no mail while the DNS has no answer; then the same mail is accepted', async () => {
    const table: Record<string, readonly string[] | 'broken'> = { 'TXT example.fr': 'broken' };
    const { gateway, send } = await started({ verify: 'required' }, tableDns(table));
    const messageId = '<once@example.fr>';
    expect(await send({ messageId })).toMatchObject({ code: 451, text: /^4\.4\.3 / });
    await gateway.pass(5000);
    expect(gateway.outbox()).toEqual([]);
    table['TXT example.fr'] = SPF_HERE['TXT example.fr'];
    expect(await send({ messageId })).toMatchObject({ code: 250, text: /1 SMS/ });
  });

  test('two forms in one mail ask the DNS once', async () => {
    const dns = tableDns(SPF_HERE);
    const { gateway, code } = await started({ verify: 'required' }, dns);
    const to = [`sms.${code}@gw.example`, `${code}.0698765432@gw.example`];
    expect(await gateway.mail({ to, subject: '', text: 'Bonjour' })).toMatchObject({ code: 250 });
    expect(dns.asked.filter((key) => key === 'TXT example.fr')).toHaveLength(1);
  });

  test('does not ask about the mails of trusted networks, nor before the code was right', async () => {
    const dns = tableDns(SPF_ELSEWHERE);
    const { send } = await started({ verify: 'required' }, dns, { PETITBLEU__mail__trustedNetworks: '127.0.0.1' });
    expect(await send()).toMatchObject({ code: 250, text: /1 SMS/ });
    expect(await send({ to: 'sms.WRONG1@gw.example', localAddress: '127.0.0.2' })).toMatchObject({ code: 550 });
    expect(dns.asked).toEqual([]);
    expect(await send({ text: 'Encore', localAddress: '127.0.0.2' })).toMatchObject({ text: /a mail says why$/ });
    expect(dns.asked).not.toEqual([]);
  });
});
