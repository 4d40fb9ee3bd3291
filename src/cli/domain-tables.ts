// What was used by domain shares, as a table; for `domain usage` and for the statement of the account that pays.

import type { ShareUsage } from '../core/share.js';
import { credits, formatTable } from './table.js';

export function usageTable(usage: readonly ShareUsage[]): string {
  const columns = [
    { title: 'MONTH' },
    { title: 'DOMAIN' },
    { title: 'SENDER' },
    { title: 'ORDERS', right: true },
    { title: 'SMS', right: true },
    { title: 'PRICE', right: true },
  ];
  const rows = usage.map(({ month, domain, sender, orders, messages, priceMilli }) => [
    month,
    domain,
    sender,
    String(orders),
    String(messages),
    credits(priceMilli),
  ]);
  return formatTable(columns, rows);
}
