// API keys: each belongs to one account, has a name for its owner, and stands here as a digest only.
// A revoked one stays listed and opens nothing; ids are given to people, so they are never another account's.

import { err, ok, type Result } from '../core/result.js';
import type { ApiKey, NewApiKey } from '../store-port.js';
import { accountByEmail } from './accounts.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';

const COLUMNS = ['id', 'name', 'created_at', 'last_used_day', 'revoked_at'] as const;

const insertKey = query<{ accountId: number; name: string; keyHash: string; now: number }>()((db, p) =>
  db
    .insertInto('api_keys')
    .values({ account_id: p.accountId, name: p.name, key_hash: p.keyHash, created_at: p.now })
    .returning(COLUMNS),
);
const keysOf = query<{ accountId: number }>()((db, p) =>
  db.selectFrom('api_keys').where('account_id', '=', p.accountId).orderBy('id').select(COLUMNS),
);
const keyById = query<{ accountId: number; id: number }>()((db, p) =>
  db.selectFrom('api_keys').where('account_id', '=', p.accountId).where('id', '=', p.id).select(COLUMNS),
);
const revoke = query<{ id: number; now: number }>()((db, p) =>
  db.updateTable('api_keys').set({ revoked_at: p.now }).where('id', '=', p.id).where('revoked_at', 'is', null),
);
const validKey = query<{ keyHash: string }>()((db, p) =>
  db
    .selectFrom('api_keys')
    .where('key_hash', '=', p.keyHash)
    .where('revoked_at', 'is', null)
    .select([...COLUMNS, 'account_id']),
);
const used = query<{ id: number; day: string }>()((db, p) =>
  db.updateTable('api_keys').set({ last_used_day: p.day }).where('id', '=', p.id),
);

interface KeyRow {
  id: number;
  name: string;
  created_at: number;
  last_used_day: string | null;
  revoked_at: number | null;
}

function keyOf(row: KeyRow): ApiKey {
  const { id, name, created_at, last_used_day, revoked_at } = row;
  return { id, name, createdAtMs: created_at, lastUsedDay: last_used_day, revokedAtMs: revoked_at };
}

export async function createApiKey(context: StoreContext, key: NewApiKey): Promise<Result<ApiKey, string>> {
  const account = await accountByEmail(context, key.email);
  if (!account.ok) return account;
  const { name, keyHash, nowMs: now } = key;
  const made = await context.session.get(insertKey, { accountId: account.value.id, name, keyHash, now });
  if (!made) throw new Error('the new key has no id');
  return ok(keyOf(made));
}

export async function listApiKeys(context: StoreContext, email: string): Promise<Result<readonly ApiKey[], string>> {
  const account = await accountByEmail(context, email);
  if (!account.ok) return account;
  return ok((await context.session.all(keysOf, { accountId: account.value.id })).map(keyOf));
}

/** Revoking one that is revoked changes nothing. */
export async function revokeApiKey(
  context: StoreContext,
  email: string,
  id: number,
  nowMs: number,
): Promise<Result<ApiKey, string>> {
  const { session } = context;
  const account = await accountByEmail(context, email);
  if (!account.ok) return account;
  const accountId = account.value.id;
  if (!(await session.get(keyById, { accountId, id }))) {
    return err(`the account ${account.value.email} has no key ${id} (petitbleu api-key list ${account.value.email})`);
  }
  await session.run(revoke, { id, now: nowMs });
  const row = await session.get(keyById, { accountId, id });
  if (!row) throw new Error('a key has gone while it was revoked');
  return ok(keyOf(row));
}

/** Null for a key that never was, and for a revoked one. */
export async function findApiKey(
  context: StoreContext,
  keyHash: string,
): Promise<{ key: ApiKey; accountId: number } | null> {
  const row = await context.session.get(validKey, { keyHash });
  return row ? { key: keyOf(row), accountId: row.account_id } : null;
}

export async function recordApiKeyUse(context: StoreContext, id: number, day: string): Promise<void> {
  await context.session.run(used, { id, day });
}
