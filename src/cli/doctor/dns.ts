// What the DNS says of the mail domains, as far as it answers: where their mail goes, whether that is this machine, and whether
// mails of this gateway will be believed. Only ever a hint: a gateway behind a relay or a NAT is right as well.

import { Resolver } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

import { doubtful, good, type Finding, type Look } from './finding.js';

const TIMEOUT_MS = 2000;
const MOST_DOMAINS = 5;

export const lookAtDns: Look = async ({ config: { mail } }) => {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  const real = mail.domains.filter((domain) => domain.includes('.') && !/(^|\.)localhost$/.test(domain));
  if (real.length === 0) return [good('DNS', 'no mail domain that the DNS could know')];
  const found = await Promise.all(real.slice(0, MOST_DOMAINS).map((domain) => lookAtDomain(resolver, domain)));
  const from = mail.from.slice(mail.from.indexOf('@') + 1);
  return mail.out.url === null || !from.includes('.') ? found : [...found, await lookAtSpf(resolver, from)];
};

/** Null: there is none; undefined: nobody has answered. */
async function ask<T>(question: Promise<T[]>): Promise<T[] | null | undefined> {
  try {
    return await question;
  } catch (error) {
    return ['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '') ? null : undefined;
  }
}

async function lookAtDomain(resolver: Resolver, domain: string): Promise<Finding> {
  const what = `DNS ${domain}`;
  const mx = await ask(resolver.resolveMx(domain));
  if (mx === undefined) return doubtful(what, 'no answer of the DNS', 'look at /etc/resolv.conf, or at the network');
  const host = mx?.toSorted((a, b) => a.priority - b.priority)[0]?.exchange ?? domain;
  const answers = await Promise.all([ask(resolver.resolve4(host)), ask(resolver.resolve6(host))]);
  const addresses = answers.flatMap((answer) => answer ?? []);
  if (addresses.length === 0)
    return doubtful(
      what,
      `${mx ? `its MX ${host}` : 'it'} has no address`,
      `other mail servers cannot find it: add an MX record for ${domain}`,
    );
  const own = addresses.find((address) => ownAddresses().includes(address));
  if (own === undefined)
    return doubtful(
      what,
      `mail goes to ${host}, ${addresses[0] ?? ''}: no address of this machine`,
      'right behind a relay or a NAT; else correct the MX record',
    );
  const names = await ask(resolver.reverse(own));
  return good(
    what,
    `mail goes to ${host}, ${own}: this machine${names?.[0] === undefined ? ' (without a PTR record)' : ''}`,
  );
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((some) => some?.map(({ address }) => address) ?? []);
}

async function lookAtSpf(resolver: Resolver, domain: string): Promise<Finding> {
  const what = `SPF ${domain}`;
  const texts = await ask(resolver.resolveTxt(domain));
  if (texts === undefined) return doubtful(what, 'no answer of the DNS', 'look at /etc/resolv.conf, or at the network');
  const record = texts?.map((parts) => parts.join('')).find((text) => /^v=spf1\b/i.test(text));
  if (record !== undefined) return good(what, record.slice(0, 60));
  return doubtful(what, 'none', `outcome mails may be taken for spam: add "v=spf1 …" that names the smarthost`);
}
