// The account of the first minute: made once, when there is no configuration and no account yet, so that someone who
// has just cloned the project can send an SMS with one pasted line. Its code is shown once and stored only as a hash.

import type { Parts } from './parts.js';

export interface DemoAccount {
  readonly email: string;
  readonly code: string;
}

const DEMO_EMAIL = 'demo@localhost';
const DEMO_CREDITS_MILLI = 100_000;

export async function makeDemoAccount({ live, store, secrets, clock, log }: Parts): Promise<DemoAccount | null> {
  if (live.config.file !== null || (await store.listAccounts('', 1)).length > 0) return null;
  const code = secrets.newCode();
  const made = await store.createAccount({
    email: DEMO_EMAIL,
    codeHash: await secrets.hash(code),
    settings: {},
    creditsMilli: DEMO_CREDITS_MILLI,
    nowMs: clock.now(),
  });
  if (!made.ok) throw new Error(made.error);
  log.info('account.created', { account: made.value.id });
  return { email: DEMO_EMAIL, code };
}
