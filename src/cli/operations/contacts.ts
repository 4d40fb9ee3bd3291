// Contacts in their groups. A group stands in the place of a number, so its name must not look like one.

import { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import { foldName } from '../../core/destinations.js';
import { looksLikeNumber, parsePhone } from '../../core/phone.js';
import { ok } from '../../core/result.js';
import type { Account, Contact, Group } from '../../core/types.js';
import type { ImportReport } from '../../store-port.js';
import { emailParam, ownerOf, told, type OperationContext } from './context.js';

/** Contacts of one call; a longer import comes in several. */
const IMPORT_PACKET = 1000;

/** `:` ends the numbers field of a subject, `@` the local part of an address. */
export const groupName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^:@\p{Cc}]*$/u, 'a name of a group has no ":" and no "@"')
  .refine((name) => !looksLikeNumber(name), 'a name of a group must not look like a number');

const contact = z.strictObject({
  name: z.string().max(200),
  /** E.164. */
  number: z.string().max(20),
  values: z.array(z.string().max(500)).max(10),
});

export const importContactsParams = z.strictObject({
  email: emailParam,
  group: groupName,
  contacts: z.array(contact).max(IMPORT_PACKET),
});
export const groupsParams = z.strictObject({ email: emailParam });
export const groupParams = z.strictObject({ email: emailParam, group: z.string().max(200) });

export async function importContacts(
  context: OperationContext,
  { email, group, contacts }: z.output<typeof importContactsParams>,
): Promise<Told<ImportReport>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  // The file was read by the command; what gets into the store is checked here all the same.
  const wrong = contacts.find(({ number }) => !isE164(number));
  if (wrong) return mistake('data', `${JSON.stringify(wrong.number)} is no number in the international form`);
  const imported = told(await context.store.importContacts({ email: owner.value.email, group, contacts }));
  if (imported.ok) context.log.info('contacts.imported', { account: owner.value.id, ...imported.value });
  return imported;
}

function isE164(number: string): boolean {
  const parsed = parsePhone(number, 'ZZ');
  return parsed.ok && parsed.value.e164 === number;
}

export async function listGroups(
  context: OperationContext,
  { email }: z.output<typeof groupsParams>,
): Promise<Told<readonly Group[]>> {
  const owner = await ownerOf(context, email);
  return owner.ok ? ok(await context.store.groups(owner.value.id)) : owner;
}

export interface GroupView {
  readonly group: Group;
  readonly contacts: readonly Contact[];
}

export async function showGroup(
  context: OperationContext,
  { email, group }: z.output<typeof groupParams>,
): Promise<Told<GroupView>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const found = await findGroup(context, owner.value, group);
  return found.ok ? ok({ group: found.value, contacts: await context.store.groupMembers(found.value.id) }) : found;
}

export async function deleteGroup(
  context: OperationContext,
  { email, group }: z.output<typeof groupParams>,
): Promise<Told<Group>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const deleted = told(await context.store.deleteGroup(owner.value.email, group));
  if (deleted.ok) context.log.info('group.deleted', { account: owner.value.id, group: deleted.value.id });
  return deleted;
}

async function findGroup(context: OperationContext, account: Account, name: string): Promise<Told<Group>> {
  const folded = foldName(name);
  const found = (await context.store.groups(account.id)).find((group) => foldName(group.name) === folded);
  if (found) return ok(found);
  return mistake('data', `${account.email} has no group "${name}" (petitbleu group list ${account.email} shows them)`);
}
