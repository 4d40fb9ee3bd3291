// Accounts: made, shown, changed, closed. A sending code is given once, in the result, and mailed to the address;
// only its hash is stored, and no log line holds it.

import { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import { isChosenCodeAllowed } from '../../core/code.js';
import { ok } from '../../core/result.js';
import type { Account } from '../../core/types.js';
import type { MailOutcome } from '../../ports.js';
import { viewAccount, type AccountView } from './account-view.js';
import { codeMail } from './code-mail.js';
import { emailParam, ownerOf, told, type OperationContext } from './context.js';
import { parseSettings } from './settings.js';

export type CodeView = AccountView & {
  /** Shown this one time. */
  readonly code: string;
  /** What became of the mail with the code; null: none was asked for. */
  readonly mail: MailOutcome | null;
};

const codeParam = z.string().max(200).optional();
const mailParam = z.boolean().default(true);

export const createAccountParams = z.strictObject({
  email: emailParam,
  creditsMilli: z.int().min(0).max(1e12).default(0),
  code: codeParam,
  settings: z.record(z.string(), z.string()).default({}),
  /** False: nothing is mailed (the demo account). */
  mail: mailParam,
});

/** Little enough for the daemon to read between two mails. */
const ACCOUNTS_PAGE = 100;

export const listAccountsParams = z.strictObject({
  /** The last one of the page before. */
  after: z.string().max(320).default(''),
});
export const accountParams = z.strictObject({ email: emailParam });
export const setAccountParams = z.strictObject({ email: emailParam, settings: z.record(z.string(), z.string()) });
export const newCodeParams = z.strictObject({ email: emailParam, code: codeParam, mail: mailParam });
export const addSenderParams = z.strictObject({ email: emailParam, address: emailParam });

export async function createAccount(
  context: OperationContext,
  params: z.output<typeof createAccountParams>,
): Promise<Told<CodeView>> {
  const settings = parseSettings(params.settings);
  if (!settings.ok) return settings;
  const code = pickCode(context, params.code);
  if (!code.ok) return code;
  const made = await context.store.createAccount({
    email: params.email,
    codeHash: await context.secrets.hash(code.value),
    settings: settings.value,
    creditsMilli: params.creditsMilli,
    nowMs: context.clock.now(),
  });
  if (!made.ok) return mistake('data', made.error);
  context.log.info('account.created', { account: made.value.id });
  return ok(
    await withCode(context, made.value, {
      ...params,
      code: code.value,
      chosen: params.code !== undefined,
      isNew: true,
    }),
  );
}

export interface AccountsPage {
  readonly accounts: readonly AccountView[];
  /** What the next page is behind; null: there is none. */
  readonly next: string | null;
}

export async function listAccounts(
  { store }: OperationContext,
  { after }: z.output<typeof listAccountsParams>,
): Promise<Told<AccountsPage>> {
  const found = await store.listAccounts(after, ACCOUNTS_PAGE + 1);
  const accounts = found.slice(0, ACCOUNTS_PAGE).map(viewAccount);
  return ok({ accounts, next: found.length > ACCOUNTS_PAGE ? (accounts.at(-1)?.email ?? null) : null });
}

export async function showAccount(
  context: OperationContext,
  { email }: z.output<typeof accountParams>,
): Promise<Told<AccountView>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  // What mails are asked about comes without the further addresses.
  const whole = told(await context.store.accountByEmail(owner.value.email));
  return whole.ok ? ok(viewAccount(whole.value)) : whole;
}

export async function setAccount(
  context: OperationContext,
  params: z.output<typeof setAccountParams>,
): Promise<Told<AccountView>> {
  const changes = parseSettings(params.settings);
  if (!changes.ok) return changes;
  const owner = await ownerOf(context, params.email);
  if (!owner.ok) return owner;
  const changed = told(await context.store.changeSettings(owner.value.email, changes.value));
  if (!changed.ok) return changed;
  context.log.info('account.settings-changed', { account: changed.value.id, keys: Object.keys(changes.value) });
  return ok(viewAccount(changed.value));
}

export async function newCode(
  context: OperationContext,
  params: z.output<typeof newCodeParams>,
): Promise<Told<CodeView>> {
  const code = pickCode(context, params.code);
  if (!code.ok) return code;
  const owner = await ownerOf(context, params.email);
  if (!owner.ok) return owner;
  const changed = told(await context.store.changeCode(owner.value.email, await context.secrets.hash(code.value)));
  if (!changed.ok) return changed;
  context.log.info('account.code-changed', { account: changed.value.id });
  return ok(
    await withCode(context, changed.value, {
      ...params,
      code: code.value,
      chosen: params.code !== undefined,
      isNew: false,
    }),
  );
}

export async function addSender(
  context: OperationContext,
  { email, address }: z.output<typeof addSenderParams>,
): Promise<Told<AccountView>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const changed = told(await context.store.addSender(owner.value.email, address));
  if (!changed.ok) return changed;
  context.log.info('account.sender-added', { account: changed.value.id });
  return ok(viewAccount(changed.value));
}

export async function closeAccount(
  context: OperationContext,
  { email }: z.output<typeof accountParams>,
): Promise<Told<AccountView>> {
  const owner = await ownerOf(context, email);
  if (!owner.ok) return owner;
  const closed = told(await context.store.closeAccount(owner.value.email));
  if (!closed.ok) return closed;
  context.log.info('account.closed', { account: closed.value.id });
  return ok(viewAccount(closed.value));
}

/** The code that was chosen, if it may be used, else a new one. */
export function pickCode(context: OperationContext, chosen: string | undefined): Told<string> {
  if (chosen === undefined) return ok(context.secrets.newCode());
  const allowed = isChosenCodeAllowed(chosen);
  return allowed.ok ? ok(chosen) : mistake('usage', allowed.error);
}

interface GivenCode {
  readonly code: string;
  readonly chosen: boolean;
  readonly isNew: boolean;
  readonly mail: boolean;
}

async function withCode(context: OperationContext, account: Account, given: GivenCode): Promise<CodeView> {
  const mail = given.mail ? await mailCode(context, account, given) : null;
  return { ...viewAccount(account), code: given.code, mail };
}

/** A mail that cannot leave changes nothing about the code: whoever ran the command has it on the screen. */
async function mailCode(context: OperationContext, account: Account, given: GivenCode): Promise<MailOutcome> {
  const domain = context.config.mail.domains[0] ?? 'localhost';
  const facts = { email: account.email, code: given.chosen ? null : given.code, domain, newAccount: given.isNew };
  const nowMs = context.clock.now();
  const outcome = await context.mailer.send({
    id: `code-${context.ids.order(nowMs)}`,
    to: account.email,
    ...codeMail(facts, account.settings.lang),
    inReplyTo: null,
    references: [],
    createdAtMs: nowMs,
  });
  if (outcome.kind !== 'sent')
    context.log.warn('account.code-not-mailed', { account: account.id, detail: outcome.detail });
  return outcome;
}
