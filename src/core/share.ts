// A domain share: every address of a domain may send on one account's credit, with one code for all of them.
// Takes an address and the configured shares, gives the share that serves it. Pure; the code lies in the store.

import type { Settings } from './settings.js';

export interface DomainShare {
  /** Lower case. */
  readonly domain: string;
  /** The account that pays. */
  readonly account: string;
  /** Thousandths of a credit a calendar month (zone of the share) for the whole domain; null: no cap. */
  readonly monthlyCapMilli: number | null;
  /** The same for each sender. */
  readonly senderCapMilli: number | null;
  /** Lower-case addresses that may send; null: every address of the domain. */
  readonly senders: ReadonlySet<string> | null;
  /** Laid over those of the paying account. */
  readonly settings: Partial<Settings>;
}

/** By domain. */
export type ShareTable = ReadonlyMap<string, DomainShare>;

/** What one sender of a domain share has used in one month. */
export interface ShareUsage {
  readonly domain: string;
  readonly month: string;
  readonly sender: string;
  readonly orders: number;
  readonly messages: number;
  readonly priceMilli: number;
}

/** Of a domain, or of all domains that send on an account's credit; the months are those of `zone`. */
export type UsageQuery = { readonly zone: string; readonly nowMs: number } & (
  { readonly domain: string } | { readonly accountId: number }
);

/** Addresses of subdomains are not of the domain. */
export function shareFor(shares: ShareTable, address: string): DomainShare | null {
  const share = shares.get(address.slice(address.lastIndexOf('@') + 1));
  return share && (share.senders === null || share.senders.has(address)) ? share : null;
}
