// Numbers that want no more messages: of one account, or (without an account) of all.

import { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import { parsePhone } from '../../core/phone.js';
import { rejectionText } from '../../core/rejection.js';
import { ok } from '../../core/result.js';
import { emailParam, ownerOf, told, type OperationContext } from './context.js';

export const blacklistParams = z.strictObject({ email: emailParam.nullable() });
export const changeBlacklistParams = z.strictObject({ email: emailParam.nullable(), number: z.string().max(60) });

/** The number as it stands on the list now, or stood. */
export interface BlacklistView {
  readonly email: string | null;
  readonly number: string;
}

type Change = z.output<typeof changeBlacklistParams>;

export function addToBlacklist(context: OperationContext, change: Change): Promise<Told<BlacklistView>> {
  return changeBlacklist(context, change, true);
}

export function removeFromBlacklist(context: OperationContext, change: Change): Promise<Told<BlacklistView>> {
  return changeBlacklist(context, change, false);
}

export async function listBlacklist(
  context: OperationContext,
  { email }: z.output<typeof blacklistParams>,
): Promise<Told<readonly string[]>> {
  const list = await listOf(context, email);
  return list.ok ? told(await context.store.blacklist(list.value.email)) : list;
}

async function changeBlacklist(
  context: OperationContext,
  change: Change,
  listed: boolean,
): Promise<Told<BlacklistView>> {
  const list = await listOf(context, change.email);
  if (!list.ok) return list;
  const { email, country } = list.value;
  const number = parsePhone(change.number, country);
  if (!number.ok) return mistake('data', rejectionText(number.error, 'en'));
  const { e164 } = number.value;
  const changed = told(
    await context.store.changeBlacklist({ email, number: e164, listed, nowMs: context.clock.now() }),
  );
  if (!changed.ok) return changed;
  context.log.info(listed ? 'blacklist.added' : 'blacklist.removed', { global: email === null });
  return ok({ email, number: e164 });
}

/** The list that is meant, and the country in which its numbers are typed. */
async function listOf(
  context: OperationContext,
  email: string | null,
): Promise<Told<{ readonly email: string | null; readonly country: string }>> {
  if (email === null) return ok({ email, country: context.config.defaults.country });
  const owner = await ownerOf(context, email);
  return owner.ok ? ok({ email: owner.value.email, country: owner.value.settings.country }) : owner;
}
