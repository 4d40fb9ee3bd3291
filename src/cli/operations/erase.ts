// The erasure of a person, in pieces that a command asks for one after the other: begin, slices, end. And what is to be
// done again after a backup was restored, or after one was broken off.

import { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import {
  START,
  type Begun,
  type Cursor,
  type ErasureEntry,
  type Subject,
  type SubjectRequest,
} from '../../core/erasure.js';
import { mentionOf } from '../../core/mention.js';
import { ok } from '../../core/result.js';
import { addCounts } from '../../core/retention.js';
import { pendingErasures, writeErasureLog } from '../../erasure-log.js';
import { keptFiles, keptPhones } from '../../kept-files.js';
import type { Store } from '../../store-port.js';
import { told, type OperationContext } from './context.js';
import { cursorParam, readRequest, requestParams, subjectParam } from './subjects.js';

/** Of one request: a daemon does other things in between. */
const SLICES = 20;

export const beginParams = requestParams.extend({
  cancel: z.boolean(),
  forfeit: z.boolean(),
  close: z.boolean(),
});
export const sliceParams = z.strictObject({ subject: subjectParam, cursor: cursorParam.nullable() });
export const endParams = z.strictObject({ id: z.int(), subject: subjectParam });

export async function beginErasure(
  context: OperationContext,
  { cancel, forfeit, close, ...asked }: z.output<typeof beginParams>,
): Promise<Told<Begun>> {
  const { store, secrets, clock, config, log } = context;
  const read = await readRequest(context, asked);
  if (!read.ok) return read;
  const request = read.value;
  const waiting = await checkSpool(context, request, cancel);
  if (!waiting.ok) return waiting;
  const codeHash = request.kind === 'account' ? await secrets.hash(secrets.newCode()) : '';
  const begun = told(await store.beginErasure({ ...request, cancel, forfeit, close, codeHash, nowMs: clock.now() }));
  if (!begun.ok) return begun;
  await writeErasureLog(config.dataDir, store);
  const { cancelled, forfeitedMilli } = begun.value;
  log.info('erasure.begun', { kind: request.kind, cancelled, forfeitedMilli });
  return begun;
}

/** A mail that waits to be taken up would bring the person back. */
async function checkSpool(
  { store, config }: OperationContext,
  request: SubjectRequest,
  cancel: boolean,
): Promise<Told<void>> {
  const subject = told(await store.subjectOf(request));
  if (!subject.ok) return subject;
  const mention = mentionOf(subject.value.identifiers);
  const files = keptFiles(config);
  const isIn = (text: string): boolean => mention.isIn(text);
  const waiting = (await files.find(isIn)).filter(({ kind }) => kind === 'waiting-mails');
  if (waiting.length === 0) return ok(undefined);
  if (!cancel) {
    const what = `${waiting.length} mails of sendmail wait to be taken up`;
    return mistake('data', `${what}; start the daemon, or drop them with --cancel`);
  }
  await files.erase(isIn, ['waiting-mails']);
  return ok(undefined);
}

export interface SliceView {
  readonly counts: Readonly<Partial<Record<string, number>>>;
  readonly skipped: number;
  readonly next: Cursor | null;
}

export async function eraseSlices(
  { store, config }: OperationContext,
  { subject, cursor }: z.output<typeof sliceParams>,
): Promise<Told<SliceView>> {
  let done: SliceView = { counts: {}, skipped: 0, next: cursor ?? START };
  for (let slice = 0; slice < SLICES && done.next; slice += 1) {
    const { counts, mails, skipped, next } = await store.eraseSlice(subject, done.next);
    await keptFiles(config).eraseMails(mails);
    done = { counts: addCounts(done.counts, counts), skipped: done.skipped + skipped, next };
  }
  return ok(done);
}

/** What lies beside the database goes; after that it is done. */
export async function endErasure(
  { store, config, clock, log }: OperationContext,
  { id, subject }: z.output<typeof endParams>,
): Promise<Told<{ readonly files: number }>> {
  const mention = mentionOf(subject.identifiers);
  const kinds = ['outbox', 'refused-mails', 'phones', 'database-copies'] as const;
  const phones = keptPhones(config);
  const theirs = await ordersOf(store, subject, phones.orders());
  const mails = await keptFiles(config).erase((text) => mention.isIn(text), kinds);
  const files = mails + phones.erase(theirs);
  await store.endErasure(id, clock.now());
  log.info('erasure.done', { kind: subject.kind, files });
  return ok({ files });
}

/** Of an account or a sender; what a number has received is found by the number. */
async function ordersOf(store: Store, subject: Subject, orders: readonly string[]): Promise<Set<string>> {
  const theirs = new Set<string>();
  for (const order of subject.kind === 'number' ? [] : orders) {
    const [found] = await store.messages({ order, limit: 1 });
    const isTheirs =
      subject.kind === 'account'
        ? found?.order.accountId === subject.accountId
        : found?.order.requester === subject.pseudonym;
    if (isTheirs) theirs.add(order);
  }
  return theirs;
}

export interface PendingView {
  /** Whom it is about, where the database still knows them. */
  readonly name: string | null;
  readonly account: string | null;
  readonly entry: ErasureEntry;
}

/** What is to be done again, with the numbers and addresses that the database still has. */
export async function listPending({ store, config }: OperationContext): Promise<Told<readonly PendingView[]>> {
  const entries = await pendingErasures(config.dataDir, store);
  if (entries.length === 0) return ok([]);
  const hashes = entries.flatMap(({ subject, account }) => (account === null ? [subject] : [subject, account]));
  const names = new Map<string, string>();
  for (let cursor: Cursor | null = START; cursor;) {
    const found: Awaited<ReturnType<typeof store.resolveErasures>> = await store.resolveErasures(hashes, cursor);
    for (const { hash, name } of found.names) names.set(hash, name);
    cursor = found.next;
  }
  return ok(
    entries.map((entry) => ({
      name: names.get(entry.subject) ?? null,
      account: entry.account === null ? null : (names.get(entry.account) ?? null),
      entry,
    })),
  );
}

export const settleParams = z.strictObject({
  entry: z.strictObject({
    kind: z.enum(['number', 'account', 'sender']),
    subject: z.string(),
    account: z.string().nullable(),
    atMs: z.int(),
  }),
});

/** Of one that has been done again, or of whom nothing is left. */
export async function settlePending(
  { store, clock }: OperationContext,
  { entry }: z.output<typeof settleParams>,
): Promise<Told<null>> {
  await store.recordErasure(entry, clock.now());
  return ok(null);
}
