// What people have answered, and the rules of an account for it.

import { z } from 'zod';

import type { Told } from '../../control/protocol.js';
import type { ReplyRule } from '../../core/reply.js';
import { ok } from '../../core/result.js';
import { groupName } from './contacts.js';
import { emailParam, ownerOf, told, type OperationContext } from './context.js';
import { MAX_MESSAGES } from './messages.js';

export const repliesParams = z.strictObject({
  account: emailParam.optional(),
  sinceMs: z.int().min(0).optional(),
  limit: z.int().min(1).max(MAX_MESSAGES).default(1000),
});
export const rulesParams = z.strictObject({ email: emailParam });
export const addRuleParams = z
  .strictObject({
    email: emailParam,
    pattern: z.string().trim().min(1).max(100),
    answer: z.string().trim().min(1).max(480).nullable(),
    group: groupName.nullable(),
  })
  .refine(({ answer, group }) => answer !== null || group !== null, 'a rule needs an answer or a group');
export const removeRuleParams = z.strictObject({ email: emailParam, id: z.int().min(1) });

interface ReplyView {
  readonly id: number;
  readonly at: string;
  /** Null: no message was found that it answers. */
  readonly account: string | null;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly order: string | null;
  readonly message: string | null;
  readonly carrier: string;
}

export interface RepliesView {
  readonly replies: readonly ReplyView[];
  readonly zone: string;
}

export async function listReplies(
  context: OperationContext,
  { account, sinceMs, limit }: z.output<typeof repliesParams>,
): Promise<Told<RepliesView>> {
  const owner = account === undefined ? null : await ownerOf(context, account);
  if (owner?.ok === false) return owner;
  const found = await context.store.replies({
    ...(owner && { account: owner.value.email }),
    ...(sinceMs !== undefined && { sinceMs }),
    limit,
  });
  if (!found.ok) return told(found);
  const replies = found.value.map((one) => ({
    ...{ id: one.id, at: new Date(one.atMs).toISOString(), account: one.account, from: one.number, to: one.sentTo },
    ...{ text: one.text, order: one.orderId, message: one.messageId, carrier: one.carrier },
  }));
  return ok({ replies, zone: owner?.value.settings.zone ?? context.config.defaults.zone });
}

export async function listRules(
  context: OperationContext,
  { email }: z.output<typeof rulesParams>,
): Promise<Told<readonly ReplyRule[]>> {
  const owner = await ownerOf(context, email);
  return owner.ok ? told(await context.store.replyRules(owner.value.email)) : owner;
}

export async function addRule(
  context: OperationContext,
  { email, ...rule }: z.output<typeof addRuleParams>,
): Promise<Told<ReplyRule>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const added = told(await context.store.addReplyRule({ email: owner.value.email, ...rule }));
  if (added.ok) context.log.info('reply-rule.added', { account: owner.value.id, rule: added.value.id });
  return added;
}

export async function removeRule(
  context: OperationContext,
  { email, id }: z.output<typeof removeRuleParams>,
): Promise<Told<{ readonly id: number }>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const removed = told(await context.store.removeReplyRule(owner.value.email, id));
  if (!removed.ok) return removed;
  context.log.info('reply-rule.removed', { account: owner.value.id, rule: id });
  return ok({ id });
}
