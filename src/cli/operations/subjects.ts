// Whom an erasure or an export means: a number however it is typed, an account by any of its addresses, or an address
// that has sent. And a page of all that is kept of them, in a form that people can read.

import { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import { START, type Cursor, type Relation, type Subject, type SubjectRequest } from '../../core/erasure.js';
import { mentionOf } from '../../core/mention.js';
import { parsePhone } from '../../core/phone.js';
import { rejectionText } from '../../core/rejection.js';
import { ok } from '../../core/result.js';
import { keptFiles, type FoundFile } from '../../kept-files.js';
import { emailParam, ownerOf, told, type OperationContext } from './context.js';

const kind = z.enum(['number', 'account', 'sender']);
export const requestParams = z.strictObject({
  kind,
  name: z.string().min(1).max(320),
  account: emailParam.nullable(),
});
export const cursorParam = z.strictObject({
  holding: z.int().min(0),
  after: z.array(z.union([z.string(), z.number()])),
});
export const subjectParam = z.strictObject({
  kind,
  identifiers: z.array(z.string().min(1).max(320)).min(1),
  accountId: z.int().nullable(),
  pseudonym: z.string(),
});
export const findParams = z.strictObject({ subject: subjectParam, cursor: cursorParam.nullable() });

/** Read by the country of the account that is named, else by that of the defaults. */
export async function readRequest(
  context: OperationContext,
  { kind, name, account }: z.output<typeof requestParams>,
): Promise<Told<SubjectRequest>> {
  const owner = account === null ? null : await ownerOf(context, account);
  if (owner?.ok === false) return owner;
  const scope = owner?.value.email ?? null;
  if (kind === 'number') {
    const number = parsePhone(name, owner?.value.settings.country ?? context.config.defaults.country);
    if (!number.ok) return mistake('data', rejectionText(number.error, 'en'));
    return ok({ kind, name: number.value.e164, account: scope });
  }
  const address = emailParam.safeParse(name);
  if (!address.success) return mistake('usage', address.error.issues.map(({ message }) => message).join());
  if (kind === 'sender') return ok({ kind, name: address.data, account: null });
  const meant = await ownerOf(context, address.data);
  return meant.ok ? ok({ kind, name: meant.value.email, account: null }) : meant;
}

export async function findSubject(
  context: OperationContext,
  params: z.output<typeof requestParams>,
): Promise<Told<Subject>> {
  const request = await readRequest(context, params);
  return request.ok ? told(await context.store.subjectOf(request.value)) : request;
}

/** One thing that is kept: a row of the database, or a file beside it. */
interface KeptView {
  readonly kind: string;
  readonly relation: Relation;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface KeptPage {
  readonly kept: readonly KeptView[];
  readonly next: Cursor | null;
  /** Tables that are done, for a bar. */
  readonly at: number;
}

/** With the last page come the files. */
export async function findKept(
  { store, config }: OperationContext,
  { subject, cursor }: z.output<typeof findParams>,
): Promise<Told<KeptPage>> {
  const from = cursor ?? START;
  const { found, next } = await store.findSlice(subject, from);
  const kept = found.map(({ holding, relation, row }): KeptView => ({ kind: holding, relation, data: readable(row) }));
  if (next) return ok({ kept, next, at: from.holding });
  const mention = mentionOf(subject.identifiers);
  const files = await keptFiles(config).find((text) => mention.isIn(text));
  return ok({ kept: [...kept, ...files.flatMap(viewFile)], next, at: from.holding });
}

/** A copy of the database holds everybody: it is told about in docs/privacy.md, not given away. */
function viewFile({ kind, name, content }: FoundFile): KeptView[] {
  return content === null ? [] : [{ kind, relation: 'mentioned', data: { name, content } }];
}

/** Columns that hold JSON, and instants. */
const JSON_COLUMNS = new Set(['settings', 'thread', 'notice', 'follow_up', 'variables', 'order_ids']);
const INSTANTS = /^(at|scheduled_for|.*_at)$/;

function readable(row: Readonly<Record<string, string | number | null>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (typeof value === 'string' && JSON_COLUMNS.has(column)) return [column, JSON.parse(value) as unknown];
      if (typeof value === 'number' && INSTANTS.test(column)) return [column, new Date(value).toISOString()];
      return [column, value];
    }),
  );
}
