// SPF, DKIM and DMARC against a DNS that answers from a table, with mails signed in the test.

import { describe, expect, test } from 'vitest';

import { createSenderVerifier } from '../../src/mail/verify.js';
import { tableDns } from '../support/dns.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { inPieces } from '../support/pieces.js';
import { DKIM_RECORD, signedMail } from '../support/signed-mail.js';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const HERE = '192.0.2.10';
const MAIL = [
  'From: Alice <alice@example.fr>',
  'To: sms.code@gw.example',
  'Subject: 0612345678',
  'Message-ID: <1@example.fr>',
  '',
  'Bonjour',
  '',
].join('\r\n');

const SPF_HERE = { 'TXT example.fr': [`v=spf1 ip4:${HERE} -all`] };
const SPF_ELSEWHERE = { 'TXT example.fr': ['v=spf1 ip4:198.51.100.1 -all'] };
const KEY = { 'TXT s1._domainkey.example.fr': [DKIM_RECORD] };

interface Case {
  readonly dns: Parameters<typeof tableDns>[0];
  readonly raw?: string | Promise<string>;
  readonly mailFrom?: string;
  readonly address?: string;
}

function verifier(dns: Case['dns']) {
  const clock = new FakeClock(NOW);
  const table = tableDns(dns);
  const verifierOf = createSenderVerifier({
    clock,
    hostname: 'gw.example',
    timeoutMs: () => 5000,
    resolve: table.resolve,
  });
  return { clock, table, verifier: verifierOf };
}

async function verified({ dns, raw = MAIL, mailFrom = 'alice@example.fr', address = 'alice@example.fr' }: Case) {
  const mail = { raw: inPieces(Buffer.from(await raw), 7), remoteAddress: HERE, helo: 'mx.example.fr', mailFrom };
  return verifier(dns).verifier.verify(mail, address);
}

const signed = await signedMail(MAIL, { domain: 'example.fr' });

describe('passes', () => {
  test('by SPF alone', async () => {
    expect(await verified({ dns: SPF_HERE })).toEqual({ result: 'pass', spf: 'pass', dkim: 'none', dmarc: 'none' });
  });

  test('by DKIM alone, over a relay that SPF does not know', async () => {
    const dns = { ...SPF_ELSEWHERE, ...KEY, 'TXT _dmarc.example.fr': ['v=DMARC1; p=reject'] };
    expect(await verified({ dns, raw: signed })).toEqual({ result: 'pass', spf: 'fail', dkim: 'pass', dmarc: 'pass' });
  });

  test('by the signature of the organisation for a subdomain, where alignment is relaxed', async () => {
    const raw = await signedMail(MAIL.replace('@example.fr>', '@news.example.fr>'), { domain: 'example.fr' });
    expect(
      await verified({ dns: KEY, raw, mailFrom: 'b@relay.example', address: 'alice@news.example.fr' }),
    ).toMatchObject({
      result: 'pass',
    });
  });

  test('through IPv6', async () => {
    const { verifier: one } = verifier({ 'TXT example.fr': ['v=spf1 ip6:2001:db8::/32 -all'] });
    const mail = {
      raw: inPieces(Buffer.from(MAIL), 7),
      remoteAddress: '2001:db8::1',
      helo: 'x',
      mailFrom: 'alice@example.fr',
    };
    expect(await one.verify(mail, 'alice@example.fr')).toMatchObject({ result: 'pass', spf: 'pass' });
  });

  test('with the sixth signature it does not, with the fifth it does: each costs a question', async () => {
    const noise = (count: number) =>
      Array.from(
        { length: count },
        (_, at) => `DKIM-Signature: v=1; a=rsa-sha256; d=d${at}.example; s=x; h=from; bh=x; b=x\r\n`,
      ).join('');
    expect(await verified({ dns: KEY, raw: noise(4) + signed })).toMatchObject({ result: 'pass' });
    expect(await verified({ dns: KEY, raw: noise(5) + signed })).toMatchObject({ result: 'fail' });
  });
});

describe('fails', () => {
  const cases: (Case & { name: string; says?: object })[] = [
    { name: 'without any record', dns: {}, says: { spf: 'none', dkim: 'none', dmarc: 'none' } },
    { name: 'by SPF from another address', dns: SPF_ELSEWHERE, says: { spf: 'fail' } },
    {
      name: 'with a signature of another domain',
      dns: { 'TXT s1._domainkey.evil.example': [DKIM_RECORD] },
      raw: signedMail(MAIL, { domain: 'evil.example' }),
      says: { dkim: 'pass', dmarc: 'none' },
    },
    {
      name: 'with SPF of another domain: From is what counts',
      dns: { 'TXT evil.example': [`v=spf1 ip4:${HERE} -all`] },
      mailFrom: 'a@evil.example',
      says: { spf: 'pass' },
    },
    { name: 'with an altered text', dns: KEY, raw: signed.replace('Bonjour', 'Bonsoir') },
    { name: 'with an altered subject', dns: KEY, raw: signed.replace('0612345678', '0699999999') },
    {
      name: 'with a signature of a part of the text',
      dns: KEY,
      raw: signedMail(MAIL, { domain: 'example.fr', maxBodyLength: 4 }).then((mail) => `${mail}more`),
    },
    { name: 'with SHA-1', dns: KEY, raw: signedMail(MAIL, { domain: 'example.fr', algorithm: 'rsa-sha1' }) },
    {
      name: 'for a subdomain where the record asks for strict alignment',
      dns: { ...KEY, 'TXT _dmarc.news.example.fr': ['v=DMARC1; p=reject; adkim=s'] },
      raw: signedMail(MAIL.replace('@example.fr>', '@news.example.fr>'), { domain: 'example.fr' }),
      mailFrom: 'b@relay.example',
      address: 'alice@news.example.fr',
      says: { dkim: 'pass', dmarc: 'fail' },
    },
    { name: 'with two From fields', dns: SPF_HERE, raw: `From: bob@example.fr\r\n${MAIL}` },
    {
      name: 'with a From list',
      dns: SPF_HERE,
      raw: MAIL.replace('<alice@example.fr>', '<alice@example.fr>, bob@example.fr'),
    },
    { name: 'without From', dns: SPF_HERE, raw: MAIL.slice(MAIL.indexOf('\r\n') + 2) },
    {
      name: 'for the envelope sender, when another domain proves only its From',
      dns: { 'TXT s1._domainkey.evil.example': [DKIM_RECORD] },
      raw: signedMail(MAIL.replace('alice@example.fr', 'm@evil.example'), { domain: 'evil.example' }),
    },
    { name: 'with garbage', dns: {}, raw: '\r\n\r\n\0\xff' },
  ];

  test.each(cases)('$name', async ({ says = {}, ...one }) => {
    expect(await verified(one)).toMatchObject({ result: 'fail', ...says });
  });
});

describe('is in trouble', () => {
  test.each([
    ['when SPF cannot be asked', { 'TXT example.fr': 'broken' } as const, MAIL],
    ['when the key cannot be asked', { 'TXT s1._domainkey.example.fr': 'broken' } as const, signed],
    ['when the policy cannot be asked', { ...SPF_HERE, 'TXT _dmarc.example.fr': 'broken' } as const, MAIL],
  ])('%s', async (_name, dns, raw) => {
    expect(await verified({ dns, raw })).toMatchObject({ result: 'trouble' });
  });

  test('not when something else proves it', async () => {
    expect(await verified({ dns: { 'TXT example.fr': 'broken', ...KEY }, raw: signed })).toMatchObject({
      result: 'pass',
    });
  });

  test('when the DNS is silent, at the deadline and no later', async () => {
    const { clock, verifier: one } = verifier({ 'TXT example.fr': 'silent' });
    const mail = { raw: inPieces(Buffer.from(MAIL), 7), remoteAddress: HERE, helo: 'x', mailFrom: 'alice@example.fr' };
    let found: unknown = null;
    void one.verify(mail, 'alice@example.fr').then((finding) => (found = finding));
    await settle(20);
    await clock.advance(4999);
    expect(found).toBeNull();
    await clock.advance(1);
    expect(found).toMatchObject({ result: 'trouble', spf: 'temperror' });
    expect(clock.pending).toBe(0);
  });
});

test('an answer leaves no timer behind', async () => {
  const { clock, verifier: one } = verifier(SPF_HERE);
  await one.verify(
    { raw: inPieces(Buffer.from(MAIL), 7), remoteAddress: HERE, helo: 'x', mailFrom: 'a@example.fr' },
    'a@example.fr',
  );
  expect(clock.pending).toBe(0);
});

test('a mail of 10 MB leaves turns to everyone else', async () => {
  const raw = inPieces(Buffer.from(signed + 'x y  z\r\n'.repeat(1_250_000)));
  let turns = 0;
  let running = true;
  const count = (): void => {
    turns += 1;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  const { verifier: one } = verifier(KEY);
  await one.verify({ raw, remoteAddress: HERE, helo: 'x', mailFrom: 'alice@example.fr' }, 'alice@example.fr');
  running = false;
  expect(turns).toBeGreaterThan(100);
});
