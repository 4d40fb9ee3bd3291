// Domain shares: what is in force, what was used, and the code of each. The shares themselves are files, and are changed
// there; a code is given once, in the result, and only its hash is stored.

import { z } from 'zod';

import { parseDomain } from '../../config/names.js';
import { readDomains } from '../../config/domains.js';
import { formatMistakes, nearest } from '../../config/mistakes.js';
import type { ShareFile } from '../../config/share-file.js';
import { mistake, type Told } from '../../control/protocol.js';
import { localTime } from '../../core/local-time.js';
import { ok } from '../../core/result.js';
import { formatSetting, SETTING_KEYS } from '../../core/settings.js';
import type { ShareUsage } from '../../core/share.js';
import { shareWarnings, type ShareWarning } from '../../share-warnings.js';
import { pickCode } from './account.js';
import { emailParam, type OperationContext } from './context.js';

const domainParam = z
  .string()
  .max(320)
  .transform((typed, checked) => {
    const domain = parseDomain(typed.trim().replace(/^@/, ''));
    if (domain !== undefined) return domain;
    checked.addIssue(`${JSON.stringify(typed)} is no domain name such as example.fr`);
    return z.NEVER;
  });

export const domainParams = z.strictObject({ domain: domainParam });
export const usageParams = z.strictObject({
  domain: domainParam,
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month is written as 2026-11')
    .optional(),
});
export const setCodeParams = z.strictObject({ domain: domainParam, code: z.string().max(200).optional() });
export const checkParams = z.strictObject({
  shares: z.array(z.strictObject({ domain: domainParam, account: emailParam })).max(10_000),
});

export interface DomainView {
  readonly domain: string;
  readonly account: string;
  readonly file: string;
  readonly monthlyCapMilli: number | null;
  readonly senderCapMilli: number | null;
  /** Null: every address of the domain. */
  readonly senders: readonly string[] | null;
  /** As a person types them; only those that the share has of its own. */
  readonly settings: Readonly<Record<string, string>>;
  /** In this calendar month (`zone`). */
  readonly usedMilli: number;
  readonly zone: string;
  readonly warnings: readonly string[];
}

export interface DomainsView {
  readonly domains: readonly DomainView[];
  /** Of the files as they are now: with any, the shares in force are those of before. */
  readonly mistakes: readonly string[];
}

export async function listDomains(context: OperationContext): Promise<Told<DomainsView>> {
  const domains: DomainView[] = [];
  for (const share of context.live.shares.values()) domains.push(await viewDomain(context, share));
  const { mistakes } = readDomains(context.config.domainsDir, process.cwd());
  return ok({ domains, mistakes: mistakes.map((one) => formatMistakes([one]).trimEnd()) });
}

export async function showDomain(
  context: OperationContext,
  { domain }: z.output<typeof domainParams>,
): Promise<Told<DomainView>> {
  const share = shareOf(context, domain);
  return share.ok ? ok(await viewDomain(context, share.value)) : share;
}

export interface UsageView {
  readonly domain: string;
  readonly zone: string;
  readonly usage: readonly ShareUsage[];
}

/** Also of a domain whose file is gone: what was used stays. */
export async function domainUsage(
  context: OperationContext,
  { domain, month }: z.output<typeof usageParams>,
): Promise<Told<UsageView>> {
  const share = shareOf(context, domain);
  const zone = share.ok ? await zoneOf(context, share.value) : context.config.defaults.zone;
  const usage = await context.store.shareUsage({ domain, zone, nowMs: context.clock.now() });
  if (!share.ok && usage.length === 0) return share;
  return ok({ domain, zone, usage: usage.filter((one) => month === undefined || one.month === month) });
}

export interface DomainCodeView extends DomainView {
  /** Shown this one time. */
  readonly code: string;
}

export async function setDomainCode(
  context: OperationContext,
  { domain, code: chosen }: z.output<typeof setCodeParams>,
): Promise<Told<DomainCodeView>> {
  const share = shareOf(context, domain);
  if (!share.ok) return share;
  const code = pickCode(context, chosen);
  if (!code.ok) return code;
  await context.store.changeShareCode(domain, await context.secrets.hash(code.value));
  context.log.info('domains.code-changed', { domain });
  return ok({ ...(await viewDomain(context, share.value)), code: code.value });
}

/** For files that are not in force yet: what would keep them from serving anybody. */
export async function checkDomains(
  context: OperationContext,
  { shares }: z.output<typeof checkParams>,
): Promise<Told<readonly ShareWarning[]>> {
  return ok(await shareWarnings(context.store, shares));
}

function shareOf({ live }: OperationContext, domain: string): Told<ShareFile> {
  const share = live.shares.get(domain);
  if (share) return ok(share);
  const near = nearest(domain, [...live.shares.keys()]);
  const hint = near === undefined ? 'petitbleu domain list shows them' : `the nearest is ${near}`;
  return mistake('data', `there is no share for the domain ${domain} (${hint})`);
}

async function zoneOf({ store, config }: OperationContext, { account, settings }: ShareFile): Promise<string> {
  const payer = await store.findAccount([account]);
  return settings.zone ?? payer?.account.settings.zone ?? config.defaults.zone;
}

async function viewDomain(context: OperationContext, share: ShareFile): Promise<DomainView> {
  const { store, clock } = context;
  const { domain, account, file, monthlyCapMilli, senderCapMilli, senders, settings } = share;
  const zone = await zoneOf(context, share);
  const usage = await store.shareUsage({ domain, zone, nowMs: clock.now() });
  const month = localMonth(clock.now(), zone);
  const typed = SETTING_KEYS.flatMap((key) => {
    const value = settings[key];
    return value === undefined ? [] : [[key, formatSetting(key, value)] as const];
  });
  return {
    ...{ domain, account, file, monthlyCapMilli, senderCapMilli },
    senders: senders && [...senders],
    settings: Object.fromEntries(typed),
    usedMilli: usage.reduce((sum, one) => (one.month === month ? sum + one.priceMilli : sum), 0),
    zone,
    warnings: (await shareWarnings(store, [share])).map(({ text }) => text),
  };
}

function localMonth(nowMs: number, zone: string): string {
  return new Date(localTime(nowMs, zone)).toISOString().slice(0, 7);
}
