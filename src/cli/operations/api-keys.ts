// API keys: made, listed, revoked. A key is given once, in the result; only its digest is stored, and no log line holds it.

import { z } from 'zod';

import type { Told } from '../../control/protocol.js';
import { ok } from '../../core/result.js';
import type { ApiKey } from '../../store-port.js';
import { emailParam, ownerOf, told, type OperationContext } from './context.js';
import { isoTime } from './message-view.js';

export interface ApiKeyView {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  /** A day, or null: never used. */
  readonly lastUsed: string | null;
  readonly revokedAt: string | null;
}

/** `key` is shown this one time. */
export type NewApiKeyView = ApiKeyView & { readonly email: string; readonly key: string };

const nameParam = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}\p{Cf}]{1,60}$/u, 'a name has 1 to 60 characters');

export const createApiKeyParams = z.strictObject({ email: emailParam, name: nameParam });
export const apiKeysParams = z.strictObject({ email: emailParam });
export const revokeApiKeyParams = z.strictObject({ email: emailParam, id: z.int().min(1) });

export async function createApiKey(
  context: OperationContext,
  { email, name }: z.output<typeof createApiKeyParams>,
): Promise<Told<NewApiKeyView>> {
  const { store, secrets, clock, log } = context;
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const key = secrets.newApiKey();
  const account = owner.value;
  const made = told(
    await store.createApiKey({ email: account.email, name, keyHash: secrets.digest(key), nowMs: clock.now() }),
  );
  if (!made.ok) return made;
  log.info('api-key.created', { account: account.id, key: made.value.id });
  return ok({ ...viewApiKey(made.value), email: account.email, key });
}

export async function listApiKeys(
  context: OperationContext,
  { email }: z.output<typeof apiKeysParams>,
): Promise<Told<readonly ApiKeyView[]>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const keys = told(await context.store.listApiKeys(owner.value.email));
  return keys.ok ? ok(keys.value.map(viewApiKey)) : keys;
}

export async function revokeApiKey(
  context: OperationContext,
  { email, id }: z.output<typeof revokeApiKeyParams>,
): Promise<Told<ApiKeyView>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const revoked = told(await context.store.revokeApiKey(owner.value.email, id, context.clock.now()));
  if (!revoked.ok) return revoked;
  context.log.info('api-key.revoked', { account: owner.value.id, key: id });
  return ok(viewApiKey(revoked.value));
}

function viewApiKey({ id, name, createdAtMs, lastUsedDay, revokedAtMs }: ApiKey): ApiKeyView {
  return {
    ...{ id, name, lastUsed: lastUsedDay },
    createdAt: isoTime(createdAtMs),
    revokedAt: revokedAtMs === null ? null : isoTime(revokedAtMs),
  };
}
