// SMTP AUTH against accounts: takes a user name (an address that may send) and a password (its sending code, or an API key
// of the account), gives the address that is proved from now on. Unknown and wrong are one refusal after the same time.
// Guarded as codes in mails are: who is wrong too often is slowed down, then refused without a look.

import { API_KEY_PREFIX } from './core/code.js';
import { plainAddress } from './core/from.js';
import { rejection, type Rejection } from './core/rejection.js';
import { err, ok, type Result } from './core/result.js';
import type { Clock, Log } from './ports.js';
import { findSender, type ProofWorld, type Sender } from './prove.js';

export interface AuthenticateWorld extends ProofWorld {
  readonly clock: Clock;
  readonly log: Log;
}

interface Login {
  readonly username: string;
  readonly password: string;
  readonly remoteAddress: string;
}

/** Throws where the store or the hash fails: the session answers that for what it is, temporary. */
export async function authenticate(world: AuthenticateWorld, login: Login): Promise<Result<string, Rejection>> {
  const address = plainAddress(login.username);
  const addresses = address === null ? [] : [address];
  const admitted = world.guard.admit({ remoteAddress: login.remoteAddress || null, addresses });
  if (!admitted.ok) return admitted;
  const sender = await findSender(world, addresses);
  const right = await isRight(world, login.password, sender);
  if (address === null || !sender || !right || sender.account.closed) {
    await admitted.value.failed();
    return err(rejection('auth-failed'));
  }
  admitted.value.succeeded(address);
  return ok(address);
}

/** What kind of password it is, it says itself: the way that is taken tells nothing about the account. */
async function isRight(world: AuthenticateWorld, password: string, sender: Sender | null): Promise<boolean> {
  const { store, secrets } = world;
  if (!password.startsWith(API_KEY_PREFIX)) return secrets.verify(password, sender?.codeHash ?? null);
  const found = await store.findApiKey(secrets.digest(password));
  // A share has no keys: those of the paying account would let anyone of the domain send as the account itself.
  if (!found || !sender || sender.share || found.accountId !== sender.account.id) return false;
  const today = new Date(world.clock.now()).toISOString().slice(0, 10);
  if (found.key.lastUsedDay !== today) await noteUse(world, found.key.id, today);
  return true;
}

/** A note for the owner: a store that is busy must not keep a right key out. */
async function noteUse({ store, log }: AuthenticateWorld, id: number, day: string): Promise<void> {
  try {
    await store.recordApiKeyUse(id, day);
  } catch (fault) {
    log.warn('api-key.use-not-noted', { key: id, err: fault });
  }
}
