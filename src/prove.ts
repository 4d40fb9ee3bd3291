// First part of story 1: who sends, and is it so? Takes a request, finds the account or the share that its addresses name,
// and has the claim proved by a code or a session; then the account's own conditions (networks, verified sender) hold.
// Until the code was right, everything is one refusal: unknown address, wrong code, closed account; same words, same time.

import { answerSigned } from './core/address.js';
import { isListed } from './core/ip.js';
import { rejection, type Rejection } from './core/rejection.js';
import { err, ok, type Result } from './core/result.js';
import { shareFor, type DomainShare, type ShareTable } from './core/share.js';
import type { Account, Candidate, Claim, SenderFinding, SmsRequest } from './core/types.js';
import type { Guard, MailClient, Secrets } from './ports.js';
import type { Store } from './store-port.js';

export interface ProofWorld {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly guard: Guard;
  readonly shares: () => ShareTable;
}

/** Who sends: an account by one of its addresses, or an address of a domain that shares an account's credit. */
export interface Sender {
  readonly account: Account;
  readonly requester: string;
  readonly share: DomainShare | null;
  /** Null: a share that has no code yet. */
  readonly codeHash: string | null;
}

export interface Proven {
  readonly sender: Sender;
  readonly candidate: Candidate;
  /** A condition of the account that the mail does not meet: told as any refusal after the code was right. */
  readonly refusal: Rejection | null;
  /** With `verify=report`. */
  readonly finding: SenderFinding | null;
}

type Identified = Pick<Proven, 'sender' | 'candidate'>;

export async function prove(
  world: ProofWorld,
  request: SmsRequest,
  client: MailClient | null,
): Promise<Result<Proven, Rejection>> {
  const { claim, candidates } = request;
  const identified =
    claim.by === 'session' ? await bySession(world, claim, candidates) : await byCode(world, claim, candidates, client);
  if (!identified.ok) return identified;
  const { sender } = identified.value;
  const met = { ...identified.value, refusal: null, finding: null };
  if (client === null) return ok(met);
  const { ips } = sender.account.settings;
  if (ips && !isListed(client.remoteAddress, ips)) {
    return ok({ ...met, refusal: rejection('ip-not-allowed') });
  }
  return claim.by === 'session' ? ok(met) : verified(met, client);
}

async function bySession(
  world: ProofWorld,
  claim: Extract<Claim, { by: 'session' }>,
  [candidate]: readonly Candidate[],
): Promise<Result<Identified, Rejection>> {
  if (!candidate) throw new Error('a request without candidates was made');
  const sender = await findSender(world, [claim.email]);
  if (!sender || sender.account.closed) return err(rejection('not-accepted'));
  const proven = candidate.answers === undefined ? candidate : await answerOf(world, sender, candidate);
  if (!proven) return err(rejection('not-accepted'));
  return ok({ sender: { ...sender, requester: await answerTo(world, sender, claim.from) }, candidate: proven });
}

/** The address in From, where the same account owns it; a share counts each of its senders, and stays with who it proved. */
async function answerTo({ store }: ProofWorld, { account, requester, share }: Sender, from?: string): Promise<string> {
  if (share || from === undefined || from === requester) return requester;
  const owner = await store.findAccount([from]);
  return owner?.account.id === account.id ? from : requester;
}

/**
 * Every candidate's code is tried in turn; the first that is right wins. An address that no account knows costs as many
 * slow hashes as a wrong code, so that neither text nor time tells them apart.
 */
async function byCode(
  world: ProofWorld,
  { addresses }: Extract<Claim, { by: 'code' }>,
  candidates: readonly Candidate[],
  client: MailClient | null,
): Promise<Result<Identified, Rejection>> {
  // Without any code the mistake is in the form itself, and there is nothing to find out by asking.
  const open = candidates.find(({ code, form }) => code === null && !form.ok);
  if (open && !open.form.ok) return err(open.form.error);
  const remoteAddress = client === null || client.speaksForOthers ? null : client.remoteAddress;
  const admitted = client === null ? null : world.guard.admit({ remoteAddress, addresses });
  if (admitted && !admitted.ok) return admitted;
  const sender = await findSender(world, addresses);
  const withCode = candidates.filter(({ code }) => code !== null);
  for (const candidate of withCode) {
    const proven = await provenCandidate(world, sender, candidate);
    if (!proven || !sender || sender.account.closed) continue;
    admitted?.value.succeeded(sender.requester);
    return ok({ sender, candidate: proven });
  }
  await admitted?.value.failed(withCode.length);
  return err(rejection('not-accepted'));
}

async function provenCandidate(
  world: ProofWorld,
  sender: Sender | null,
  candidate: Candidate,
): Promise<Candidate | null> {
  if (candidate.answers !== undefined) return sender && answerOf(world, sender, candidate);
  return (await world.secrets.verify(candidate.code ?? '', sender?.codeHash ?? null)) ? candidate : null;
}

/**
 * The signed address proves that the mail was ours; it counts for the account whose reply it was. That it counts once, the
 * store sees to: a client that has lost our 250 may bring the same mail again.
 */
async function answerOf({ store, secrets }: ProofWorld, { account }: Sender, candidate: Candidate) {
  const { answers, code, form } = candidate;
  if (answers === undefined || code === null || !form.ok) return null;
  if (!secrets.isSigned(answerSigned(answers), code)) return null;
  const reply = await store.replyToAnswer(answers);
  if (reply?.accountId !== account.id) return null;
  return { ...candidate, form: ok({ ...form.value, destinations: reply.number }) };
}

/** Only after the code was right: what strangers send makes no questions to the DNS. */
async function verified(proven: Proven, { verify }: MailClient): Promise<Result<Proven, Rejection>> {
  const { account, requester } = proven.sender;
  const wish = account.settings.verify;
  if (wish === 'off' || verify === null) return ok(proven);
  const finding = await verify(requester);
  if (wish === 'report') return ok({ ...proven, finding });
  if (finding.result === 'pass') return ok(proven);
  // The reply, not a mail: the client's queue is what tries again.
  if (finding.result === 'trouble') return err(rejection('verification-unavailable'));
  const { spf, dkim, dmarc } = finding;
  const domain = requester.slice(requester.lastIndexOf('@') + 1);
  return ok({ ...proven, refusal: rejection('sender-unverified', { domain, spf, dkim, dmarc }) });
}

/** Of each address in turn: the account that owns it, else the share of its domain. */
export async function findSender(
  { store, shares }: Pick<ProofWorld, 'store' | 'shares'>,
  addresses: readonly string[],
): Promise<Sender | null> {
  for (const requester of addresses) {
    const owner = await store.findAccount([requester]);
    if (owner) return { account: owner.account, requester, share: null, codeHash: owner.account.codeHash };
    const share = shareFor(shares(), requester);
    const payer = share && (await store.findAccount([share.account]));
    if (!payer) continue;
    const account = { ...payer.account, settings: { ...payer.account.settings, ...share.settings } };
    return { account, requester, share, codeHash: await store.shareCode(share.domain) };
  }
  return null;
}
