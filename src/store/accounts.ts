// Accounts: who may send, with what code and which settings. An address belongs to one account at most.

import { err, ok, type Result } from '../core/result.js';
import type { Settings } from '../core/settings.js';
import type { Account } from '../core/types.js';
import type { NewAccount } from '../store-port.js';
import type { StoreContext } from './context.js';
import { book } from './ledger.js';
import { query } from './query.js';

export const ACCOUNT_COLUMNS = [
  'accounts.id',
  'accounts.email',
  'accounts.code_hash',
  'accounts.settings',
  'accounts.balance_milli',
  'accounts.reserved_milli',
  'accounts.closed',
  'accounts.created_at',
] as const;

const byAddress = query<{ address: string }>()((db, p) =>
  db
    .selectFrom('senders')
    .innerJoin('accounts', 'accounts.id', 'senders.account_id')
    .where('senders.address', '=', p.address)
    .select(ACCOUNT_COLUMNS),
);
const byEmail = query<{ email: string }>()((db, p) =>
  db.selectFrom('accounts').where('email', '=', p.email).select(ACCOUNT_COLUMNS),
);
const byId = query<{ id: number }>()((db, p) =>
  db.selectFrom('accounts').where('id', '=', p.id).select(ACCOUNT_COLUMNS),
);
const accountsAfter = query<{ after: string; limit: number }>()((db, p) =>
  db.selectFrom('accounts').where('email', '>', p.after).orderBy('email').limit(p.limit).select(ACCOUNT_COLUMNS),
);
const addressesOf = query<{ id: number }>()((db, p) =>
  db.selectFrom('senders').where('account_id', '=', p.id).orderBy('address').select('address'),
);
const insertAccount = query<{ email: string; codeHash: string; settings: string; now: number }>()((db, p) =>
  db
    .insertInto('accounts')
    .values({ email: p.email, code_hash: p.codeHash, settings: p.settings, created_at: p.now })
    .returning('id'),
);
const insertSender = query<{ address: string; id: number }>()((db, p) =>
  db.insertInto('senders').values({ address: p.address, account_id: p.id }),
);
const updateSettings = query<{ id: number; settings: string }>()((db, p) =>
  db.updateTable('accounts').set({ settings: p.settings }).where('id', '=', p.id),
);
const updateCode = query<{ id: number; codeHash: string }>()((db, p) =>
  db.updateTable('accounts').set({ code_hash: p.codeHash }).where('id', '=', p.id),
);
const close = query<{ id: number }>()((db, p) => db.updateTable('accounts').set({ closed: 1 }).where('id', '=', p.id));

interface AccountRow {
  id: number;
  email: string;
  code_hash: string;
  settings: string;
  balance_milli: number;
  reserved_milli: number;
  closed: number;
  created_at: number;
}

export function accountOf(context: StoreContext, row: AccountRow, senders: readonly string[]): Account {
  return {
    id: row.id,
    email: row.email,
    senders,
    codeHash: row.code_hash,
    balanceMilli: row.balance_milli,
    reservedMilli: row.reserved_milli,
    closed: row.closed === 1,
    createdAtMs: row.created_at,
    settings: { ...context.options.defaults, ...ownSettings(row) },
  };
}

function ownSettings(row: { settings: string }): Partial<Settings> {
  return JSON.parse(row.settings) as Partial<Settings>;
}

async function complete(context: StoreContext, row: AccountRow): Promise<Account> {
  const senders = await context.session.all(addressesOf, { id: row.id });
  return accountOf(
    context,
    row,
    senders.map(({ address }) => address).filter((address) => address !== row.email),
  );
}

/** The row of an account that a command names, or the sentence that there is none. */
async function rowOf(context: StoreContext, email: string): Promise<Result<AccountRow, string>> {
  const row = await context.session.get(byEmail, { email: email.toLowerCase() });
  return row ? ok(row) : err(`there is no account ${email} (petitbleu account list shows them)`);
}

export async function accountByEmail(context: StoreContext, email: string): Promise<Result<Account, string>> {
  const row = await rowOf(context, email);
  return row.ok ? ok(await complete(context, row.value)) : row;
}

/**
 * Without the sender addresses: for the paths that are run for every message. With the settings of the share that an
 * order came by.
 */
export async function accountById(context: StoreContext, id: number, share: string | null = null): Promise<Account> {
  const row = await context.session.get(byId, { id });
  if (!row) throw new Error(`there is no account ${id}`);
  const account = accountOf(context, row, []);
  const own = share === null ? undefined : context.options.shareSettings[share];
  return own ? { ...account, settings: { ...account.settings, ...own } } : account;
}

/** The account of the first address that any account knows. Without the sender addresses: every mail asks this. */
export async function findAccount(
  context: StoreContext,
  addresses: readonly string[],
): Promise<{ account: Account; address: string } | null> {
  for (const address of addresses) {
    const row = await context.session.get(byAddress, { address });
    if (row) return { account: accountOf(context, row, []), address };
  }
  return null;
}

export async function listAccounts(context: StoreContext, after: string, limit: number): Promise<readonly Account[]> {
  const accounts: Account[] = [];
  for (const row of await context.session.all(accountsAfter, { after, limit })) {
    accounts.push(await complete(context, row));
  }
  return accounts;
}

export async function createAccount(context: StoreContext, account: NewAccount): Promise<Result<Account, string>> {
  const { session } = context;
  const email = account.email.toLowerCase();
  const owner = await session.get(byAddress, { address: email });
  if (owner) return err(`the address ${email} belongs to the account ${owner.email} already`);
  const made = await session.get(insertAccount, {
    email,
    codeHash: account.codeHash,
    settings: JSON.stringify(account.settings),
    now: account.nowMs,
  });
  if (!made) throw new Error('the new account has no id');
  await session.run(insertSender, { address: email, id: made.id });
  await book(session, {
    ref: `issue:first:${made.id}`,
    kind: 'issue',
    accountId: made.id,
    amountMilli: account.creditsMilli,
    method: 'opening',
    atMs: account.nowMs,
  });
  return accountByEmail(context, email);
}

export async function changeSettings(
  context: StoreContext,
  email: string,
  changes: Partial<Settings>,
): Promise<Result<Account, string>> {
  const row = await rowOf(context, email);
  if (!row.ok) return row;
  const settings = JSON.stringify({ ...ownSettings(row.value), ...changes });
  await context.session.run(updateSettings, { id: row.value.id, settings });
  return accountByEmail(context, email);
}

export async function changeCode(
  context: StoreContext,
  email: string,
  codeHash: string,
): Promise<Result<Account, string>> {
  const row = await rowOf(context, email);
  if (!row.ok) return row;
  await context.session.run(updateCode, { id: row.value.id, codeHash });
  return accountByEmail(context, email);
}

export async function addSender(
  context: StoreContext,
  email: string,
  address: string,
): Promise<Result<Account, string>> {
  const row = await rowOf(context, email);
  if (!row.ok) return row;
  const owner = await context.session.get(byAddress, { address: address.toLowerCase() });
  if (owner) return err(`the address ${address} belongs to the account ${owner.email} already`);
  await context.session.run(insertSender, { address: address.toLowerCase(), id: row.value.id });
  return accountByEmail(context, email);
}

export async function setCodeHash({ session }: StoreContext, id: number, codeHash: string): Promise<void> {
  await session.run(updateCode, { id, codeHash });
}

/** Nothing is taken away: what is queued still leaves, the ledger stays, new orders are refused. */
export async function closeAccount(context: StoreContext, email: string): Promise<Result<Account, string>> {
  const row = await rowOf(context, email);
  if (!row.ok) return row;
  await context.session.run(close, { id: row.value.id });
  return accountByEmail(context, email);
}
