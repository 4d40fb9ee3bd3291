// Groups of contacts, and the numbers that want no more messages (of one account, or of all: account 0).

import { sql } from 'kysely';

import { foldName } from '../core/destinations.js';
import { err, ok, type Result } from '../core/result.js';
import type { Contact, Group } from '../core/types.js';
import type { BlacklistChange, ContactImport, ImportReport } from '../store-port.js';
import { accountByEmail } from './accounts.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';

export const EVERY_ACCOUNT = 0;

const groupByName = query<{ accountId: number; folded: string }>()((db, p) =>
  db
    .selectFrom('groups')
    .where('account_id', '=', p.accountId)
    .where('folded', '=', p.folded)
    .select((select) => [
      'id',
      'name',
      select
        .selectFrom('members')
        .whereRef('group_id', '=', 'groups.id')
        .select(sql<number>`count(*)`.as('n'))
        .as('member_count'),
    ]),
);
const insertGroup = query<{ accountId: number; name: string; folded: string }>()((db, p) =>
  db.insertInto('groups').values({ account_id: p.accountId, name: p.name, folded: p.folded }).returning('id'),
);
const member = query<{ groupId: number; number: string }>()((db, p) =>
  db.selectFrom('members').where('group_id', '=', p.groupId).where('number', '=', p.number).select('number'),
);
const putMember = query<{ groupId: number; number: string; name: string; variables: string }>()((db, p) =>
  db
    .insertInto('members')
    .values({ group_id: p.groupId, number: p.number, name: p.name, variables: p.variables })
    .onConflict((conflict) =>
      conflict.columns(['group_id', 'number']).doUpdateSet({ name: p.name, variables: p.variables }),
    ),
);
const groupsOf = query<{ accountId: number }>()((db, p) =>
  db
    .selectFrom('groups')
    .leftJoin('members', 'members.group_id', 'groups.id')
    .where('groups.account_id', '=', p.accountId)
    .groupBy('groups.id')
    .orderBy('groups.folded')
    .select(['groups.id', 'groups.name', sql<number>`count(members.number)`.as('member_count')]),
);
const membersOf = query<{ groupId: number }>()((db, p) =>
  db.selectFrom('members').where('group_id', '=', p.groupId).orderBy('name').orderBy('number').selectAll(),
);
const removeGroup = query<{ id: number }>()((db, p) => db.deleteFrom('groups').where('id', '=', p.id));

const memberships = query<{ accountId: number; number: string }>()((db, p) =>
  db
    .selectFrom('members')
    .innerJoin('groups', 'groups.id', 'members.group_id')
    .where('groups.account_id', '=', p.accountId)
    .where('members.number', '=', p.number)
    .orderBy('groups.id')
    .select(['members.group_id', 'members.name', 'members.variables']),
);
const leave = query<{ groupId: number; number: string }>()((db, p) =>
  db.deleteFrom('members').where('group_id', '=', p.groupId).where('number', '=', p.number),
);

const block = query<{ accountId: number; number: string; now: number }>()((db, p) =>
  db
    .insertInto('blacklist')
    .values({ account_id: p.accountId, number: p.number, at: p.now })
    .onConflict((conflict) => conflict.doNothing()),
);
const unblock = query<{ accountId: number; number: string; hash: string }>()((db, p) =>
  db.deleteFrom('blacklist').where('account_id', '=', p.accountId).where('number', 'in', [p.number, p.hash]),
);
const isBlocked = query<{ accountId: number; hash: string }>()((db, p) =>
  db.selectFrom('blacklist').where('account_id', '=', p.accountId).where('number', '=', p.hash).select('number'),
);
const blocked = query<{ accountId: number }>()((db, p) =>
  db.selectFrom('blacklist').where('account_id', '=', p.accountId).orderBy('number').select('number'),
);

/** Makes the group where there is none; a number that is in it already gets the new name and variables. */
export async function importContacts(
  context: StoreContext,
  { email, group, contacts }: ContactImport,
): Promise<Result<ImportReport, string>> {
  const { session } = context;
  const account = await accountByEmail(context, email);
  if (!account.ok) return account;
  const groupId = await openGroup(context, account.value.id, group);
  let updated = 0;
  for (const { number, name, values } of contacts) {
    if (await session.get(member, { groupId, number })) updated += 1;
    await session.run(putMember, { groupId, number, name, variables: JSON.stringify(values) });
  }
  return ok({ added: contacts.length - updated, updated });
}

async function openGroup({ session }: StoreContext, accountId: number, name: string): Promise<number> {
  const key = { accountId, folded: foldName(name) };
  const found =
    (await session.get(groupByName, key)) ?? (await session.get(insertGroup, { ...key, name: name.trim() }));
  if (!found) throw new Error('the new group has no id');
  return found.id;
}

interface Move {
  readonly accountId: number;
  readonly number: string;
  /** Made where there is none of that name. */
  readonly group: string;
}

/** Out of every group of the account, and into that one. */
export async function moveToGroup(context: StoreContext, { accountId, number, group }: Move): Promise<void> {
  const { session } = context;
  const left = await session.all(memberships, { accountId, number });
  for (const { group_id } of left) await session.run(leave, { groupId: group_id, number });
  const groupId = await openGroup(context, accountId, group);
  const { name, variables } = left[0] ?? { name: '', variables: '[]' };
  await session.run(putMember, { groupId, number, name, variables });
}

/** False: it was on that list already. */
export async function blockNumber(
  { session, pseudonyms }: StoreContext,
  accountId: number,
  number: string,
  nowMs: number,
): Promise<boolean> {
  if (await session.get(isBlocked, { accountId, hash: pseudonyms.of('number', number) })) return false;
  return (await session.run(block, { accountId, number, now: nowMs })) > 0;
}

export async function groups(context: StoreContext, accountId: number): Promise<readonly Group[]> {
  const rows = await context.session.all(groupsOf, { accountId });
  return rows.map(({ id, name, member_count }) => ({ id, name, memberCount: member_count }));
}

export async function groupMembers(context: StoreContext, groupId: number): Promise<readonly Contact[]> {
  const rows = await context.session.all(membersOf, { groupId });
  return rows.map(({ number, name, variables }) => ({ number, name, values: JSON.parse(variables) as string[] }));
}

export async function deleteGroup(context: StoreContext, email: string, name: string): Promise<Result<Group, string>> {
  const account = await accountByEmail(context, email);
  if (!account.ok) return account;
  const group = await context.session.get(groupByName, { accountId: account.value.id, folded: foldName(name) });
  if (!group) return err(`${email} has no group "${name}" (petitbleu group list ${email} shows them)`);
  await context.session.run(removeGroup, { id: group.id });
  return ok({ id: group.id, name: group.name, memberCount: group.member_count ?? 0 });
}

/** The list that a command means: that of one account, or with null the one that holds for all. */
async function listOf(context: StoreContext, email: string | null): Promise<Result<number, string>> {
  if (email === null) return ok(EVERY_ACCOUNT);
  const account = await accountByEmail(context, email);
  return account.ok ? ok(account.value.id) : account;
}

export async function changeBlacklist(
  context: StoreContext,
  { email, number, listed, nowMs }: BlacklistChange,
): Promise<Result<void, string>> {
  const list = await listOf(context, email);
  if (!list.ok) return list;
  if (listed) {
    await blockNumber(context, list.value, number, nowMs);
    return ok(undefined);
  }
  const removed = await context.session.run(unblock, {
    ...{ accountId: list.value, number },
    hash: context.pseudonyms.of('number', number),
  });
  return removed > 0 ? ok(undefined) : err(`${number} is not on that blacklist`);
}

export async function blacklist(
  context: StoreContext,
  email: string | null,
): Promise<Result<readonly string[], string>> {
  const list = await listOf(context, email);
  if (!list.ok) return list;
  return ok((await context.session.all(blocked, { accountId: list.value })).map(({ number }) => number));
}
