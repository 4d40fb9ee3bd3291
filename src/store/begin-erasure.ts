// The start of an erasure: whom it is about, what must not be under way any more, and what an account still has.
// Refused with what to do, it has changed nothing.

import { sql } from 'kysely';

import type { Begun, ErasureEntry, ErasureRequest, Subject, SubjectRequest } from '../core/erasure.js';
import { canChange, type MessageState } from '../core/lifecycle.js';
import { formatCredits } from '../core/ledger.js';
import { err, ok, type Result } from '../core/result.js';
import { accountByEmail, accountById, closeAccount, setCodeHash } from './accounts.js';
import type { StoreContext } from './context.js';
import { book } from './ledger.js';
import type { Pseudonyms } from './pseudonyms.js';
import { query, type Session } from './query.js';
import { changeState, STATE_COLUMNS, type StateRow } from './state.js';

/** Ids that a refusal names. */
const NAMED = 5;
const UNDER_WAY = ['scheduled', 'queued', 'submitting', 'unknown'] as const;

const toNumber = query<{ number: string; accountId: number }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('number', '=', p.number)
    .where('state', 'in', [...UNDER_WAY])
    .where(sql<boolean>`(${p.accountId} = 0 OR account_id = ${p.accountId})`)
    .select(STATE_COLUMNS),
);
/** One for each state: each has an index of its own. */
const ofAccount = UNDER_WAY.map((state) =>
  query<{ accountId: number }>()((db, p) =>
    db
      .selectFrom('messages')
      .where('state', '=', sql.lit(state))
      .where('account_id', '=', p.accountId)
      .select(STATE_COLUMNS),
  ),
);
const putErasure = query<{ kind: string; subject: string; account: string | null; now: number }>()((db, p) =>
  db
    .insertInto('erasures')
    .values({ kind: p.kind as ErasureEntry['kind'], subject: p.subject, account: p.account, at: p.now })
    .returning('id'),
);
const putFingerprint = query<{ fingerprint: string }>()((db, p) =>
  db
    .insertInto('erasure_keys')
    .values({ fingerprint: p.fingerprint })
    .onConflict((conflict) => conflict.doNothing()),
);

/** Whom a request means; a sender is nobody's account. */
export async function subjectOf(context: StoreContext, request: SubjectRequest): Promise<Result<Subject, string>> {
  const { kind, name, account } = request;
  const { pseudonyms } = context;
  const scope = account === null ? ok(null) : await accountByEmail(context, account);
  if (!scope.ok) return scope;
  if (kind === 'number') {
    const accountId = scope.value?.id ?? null;
    return ok({ kind, identifiers: [name], accountId, pseudonym: pseudonyms.of('number', name) });
  }
  const owner = await accountByEmail(context, name);
  if (kind === 'sender') {
    if (owner.ok) return err(`${name} is an account: petitbleu erase account ${name}`);
    return ok({ kind, identifiers: [name], accountId: null, pseudonym: addressOf(pseudonyms.of('sender', name)) });
  }
  if (!owner.ok) return owner;
  const { id, email, senders } = owner.value;
  const pseudonym = addressOf(pseudonyms.of('account', String(id), email));
  return ok({ kind, identifiers: [email, ...senders], accountId: id, pseudonym });
}

/** Never anybody's (RFC 2606), and still an address where one must stand. */
function addressOf(pseudonym: string): string {
  return `${pseudonym}@erased.invalid`;
}

export async function beginErasure(context: StoreContext, request: ErasureRequest): Promise<Result<Begun, string>> {
  const { session, pseudonyms } = context;
  const meant = await subjectOf(context, request);
  if (!meant.ok) return meant;
  const subject = meant.value;
  const ready = await checkAccount(context, subject, request);
  if (!ready.ok) return ready;
  const open = await underWay(session, subject);
  const refusal = stillOpen(open, request.cancel);
  if (refusal !== null) return err(refusal);
  const change = { to: 'cancelled', reason: 'by-hand', nowMs: request.nowMs } as const;
  for (const row of open) await changeState(context, row, change);
  const forfeited = await settleAccount(context, subject, request);
  if (!forfeited.ok) return forfeited;
  const entry = entryOf(pseudonyms, request);
  const { kind, account } = entry;
  const put = await session.get(putErasure, { kind, account, subject: entry.subject, now: request.nowMs });
  if (!put) throw new Error('the erasure has no id');
  await session.run(putFingerprint, { fingerprint: pseudonyms.fingerprint });
  const erasure = { ...entry, id: put.id, done: false };
  return ok({ erasure, subject, cancelled: open.length, forfeitedMilli: forfeited.value });
}

/** By keyed hashes: who reads it learns no number and no address. */
function entryOf(pseudonyms: Pseudonyms, { kind, name, account, nowMs }: ErasureRequest): ErasureEntry {
  const scope = account === null ? null : pseudonyms.of('logged', account);
  return { kind, subject: pseudonyms.of('logged', name), account: scope, atMs: nowMs };
}

async function checkAccount(
  context: StoreContext,
  { kind, accountId }: Subject,
  { close }: ErasureRequest,
): Promise<Result<void, string>> {
  if (kind !== 'account' || accountId === null) return ok(undefined);
  const { email, closed } = await accountById(context, accountId);
  if (!closed && !close) return err(`the account ${email} is open: petitbleu account close ${email}, then again`);
  if (!closed) await closeAccount(context, email);
  return ok(undefined);
}

async function underWay(session: Session, { kind, identifiers, accountId }: Subject): Promise<StateRow[]> {
  if (kind === 'number') return session.all(toNumber, { number: identifiers[0] ?? '', accountId: accountId ?? 0 });
  const rows: StateRow[] = [];
  for (const one of ofAccount) if (accountId !== null) rows.push(...(await session.all(one, { accountId })));
  return rows;
}

/** Why it cannot begin, and what to do; null: it can. */
function stillOpen(open: readonly StateRow[], cancel: boolean): string | null {
  const named = (rows: readonly StateRow[]) => {
    const ids = rows.slice(0, NAMED).map(({ id, state }) => `${id} (${state})`);
    return `${ids.join(', ')}${rows.length > NAMED ? ` and ${rows.length - NAMED} more` : ''}`;
  };
  const has = (states: readonly MessageState[]) => open.filter(({ state }) => states.includes(state));
  const doubtful = has(['unknown']);
  if (doubtful.length > 0)
    return `in doubt: ${named(doubtful)}; say how they ended (petitbleu queue settle ID STATE), then again`;
  const leaving = open.filter(({ state }) => !canChange(state, 'cancelled'));
  if (leaving.length > 0) return `being sent at this moment: ${named(leaving)}; try again in a minute`;
  if (open.length > 0 && !cancel)
    return `still to be sent: ${named(open)}; wait till they have left, or cancel them with --cancel`;
  return null;
}

/** What is left goes back to whoever issued it, and the account keeps no code that works. */
async function settleAccount(
  context: StoreContext,
  { kind, accountId }: Subject,
  { forfeit, codeHash, nowMs }: ErasureRequest,
): Promise<Result<number, string>> {
  if (kind !== 'account' || accountId === null) return ok(0);
  const { balanceMilli, email } = await accountById(context, accountId);
  if (balanceMilli > 0 && !forfeit) {
    const left = `the account ${email} has ${formatCredits(balanceMilli)} credits left`;
    return err(`${left}: move them (petitbleu credit transfer ${email} TO N), or give them up with --forfeit`);
  }
  await book(context.session, {
    ref: `forfeit:${accountId}:${nowMs}`,
    kind: 'forfeit',
    accountId,
    amountMilli: balanceMilli,
    atMs: nowMs,
  });
  await setCodeHash(context, accountId, codeHash);
  return ok(balanceMilli);
}
