// A DNS that answers from a table: names and types → records. Counts what it was asked; some names never answer, some
// answer with a fault. The shape of its answers and errors is that of node:dns.

import type { Resolve } from '../../src/mail/verify.js';

export interface TableDns {
  readonly resolve: Resolve;
  readonly asked: string[];
}

/** Keys are `TYPE name`; TXT records are texts. `'silent'` never answers, `'broken'` is SERVFAIL. */
export function tableDns(table: Readonly<Record<string, readonly string[] | 'silent' | 'broken'>>): TableDns {
  const asked: string[] = [];
  const resolve: Resolve = (name, type) => {
    const key = `${type} ${name.toLowerCase()}`;
    asked.push(key);
    const records = table[key];
    if (records === 'silent') return new Promise(() => undefined);
    if (records === 'broken') return Promise.reject(fault('ESERVFAIL', key));
    if (records === undefined) return Promise.reject(fault('ENOTFOUND', key));
    return Promise.resolve(type === 'TXT' ? records.map((record) => [record]) : [...records]);
  };
  return { resolve, asked };
}

function fault(code: string, key: string): Error {
  return Object.assign(new Error(`${code} ${key}`), { code });
}
