// The rules of an account for the replies that it gets, in the order in which they were made: the first that fits counts.

import type { ReplyRule } from '../core/reply.js';
import { err, ok, type Result } from '../core/result.js';
import type { NewReplyRule } from '../core/reply-records.js';
import { accountByEmail } from './accounts.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';

const rulesOfAccount = query<{ accountId: number }>()((db, p) =>
  db.selectFrom('reply_rules').where('account_id', '=', p.accountId).orderBy('id').selectAll(),
);
const putRule = query<{ accountId: number; pattern: string; answer: string | null; group: string | null }>()((db, p) =>
  db
    .insertInto('reply_rules')
    .values({ account_id: p.accountId, pattern: p.pattern, answer: p.answer, group_name: p.group })
    .returning('id'),
);
const dropRule = query<{ accountId: number; id: number }>()((db, p) =>
  db.deleteFrom('reply_rules').where('account_id', '=', p.accountId).where('id', '=', p.id),
);

export async function rulesOf(context: StoreContext, accountId: number): Promise<ReplyRule[]> {
  const rows = await context.session.all(rulesOfAccount, { accountId });
  return rows.map(({ id, pattern, answer, group_name }) => ({ id, pattern, answer, group: group_name }));
}

export async function replyRules(context: StoreContext, email: string): Promise<Result<readonly ReplyRule[], string>> {
  const account = await accountByEmail(context, email);
  return account.ok ? ok(await rulesOf(context, account.value.id)) : account;
}

export async function addReplyRule(
  context: StoreContext,
  { email, pattern, answer, group }: NewReplyRule,
): Promise<Result<ReplyRule, string>> {
  const account = await accountByEmail(context, email);
  if (!account.ok) return account;
  const made = await context.session.get(putRule, { accountId: account.value.id, pattern, answer, group });
  if (!made) throw new Error('the new rule has no id');
  return ok({ id: made.id, pattern, answer, group });
}

export async function removeReplyRule(context: StoreContext, email: string, id: number): Promise<Result<void, string>> {
  const account = await accountByEmail(context, email);
  if (!account.ok) return account;
  const removed = await context.session.run(dropRule, { accountId: account.value.id, id });
  return removed > 0 ? ok(undefined) : err(`${email} has no rule ${id} (petitbleu replies rules list shows them)`);
}
