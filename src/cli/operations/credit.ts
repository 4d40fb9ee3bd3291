// Credit: added by the operator, moved between accounts, and the statement of both.

import { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import { formatCredits, type Statement } from '../../core/ledger.js';
import { ok } from '../../core/result.js';
import type { ShareUsage } from '../../core/share.js';
import { viewAccount, type AccountView } from './account-view.js';
import { amountParam, emailParam, ownerOf, told, type OperationContext } from './context.js';

const line = z
  .string()
  .trim()
  .max(120)
  .regex(/^\P{Cc}*$/u, 'must be one line');

export const addCreditParams = z.strictObject({
  email: emailParam,
  amountMilli: amountParam,
  method: line.min(1),
  reference: line.default(''),
});
export const transferCreditParams = z.strictObject({ from: emailParam, to: emailParam, amountMilli: amountParam });
export const statementParams = z.strictObject({ email: emailParam, limit: z.int().min(1).max(100_000).default(100) });

export async function addCredit(
  context: OperationContext,
  params: z.output<typeof addCreditParams>,
): Promise<Told<AccountView>> {
  const owner = await ownerOf(context, params.email);
  if (!owner.ok) return owner;
  const { email } = owner.value;
  const credited = told(await context.store.addCredit({ ...params, email, nowMs: context.clock.now() }));
  if (!credited.ok) return credited;
  context.log.info('credit.added', { account: credited.value.id, amountMilli: params.amountMilli });
  return ok(viewAccount(credited.value));
}

/** Gives the account that the credit was taken from. */
export async function transferCredit(
  context: OperationContext,
  { from, to, amountMilli }: z.output<typeof transferCreditParams>,
): Promise<Told<AccountView>> {
  const [giver, taker] = [await ownerOf(context, from), await ownerOf(context, to)];
  if (!giver.ok) return giver;
  if (!taker.ok) return taker;
  if (giver.value.balanceMilli < amountMilli)
    return mistake(
      'data',
      `the balance of ${giver.value.email} is ${formatCredits(giver.value.balanceMilli)}; nothing was moved`,
    );
  const moved = told(
    await context.store.transferCredit({
      from: giver.value.email,
      to: taker.value.email,
      amountMilli,
      nowMs: context.clock.now(),
    }),
  );
  if (!moved.ok) return moved;
  context.log.info('credit.transferred', { account: moved.value.id, to: taker.value.id, amountMilli });
  return ok(viewAccount(moved.value));
}

/** Movements, and what domains that share the account's credit have used. */
export interface StatementView extends Statement {
  readonly zone: string;
  readonly usage: readonly ShareUsage[];
}

export async function statement(
  context: OperationContext,
  { email, limit }: z.output<typeof statementParams>,
): Promise<Told<StatementView>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const { id: accountId, settings } = owner.value;
  const read = told(await context.store.statement(owner.value.email, limit));
  if (!read.ok) return read;
  const usage = await context.store.shareUsage({ accountId, zone: settings.zone, nowMs: context.clock.now() });
  return ok({ ...read.value, zone: settings.zone, usage });
}
