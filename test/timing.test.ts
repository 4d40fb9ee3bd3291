// A wrong code and an unknown sender take the same time: 1,000 of each, in random order in one run, compared by rank. The
// slow hash is made cheap and nothing is held back, so that a difference would show; both are measured side by side, so
// that a busy machine disturbs them alike.

import { expect, test } from 'vitest';

import { createAccept } from '../src/accept.js';
import { monotonicIds } from '../src/ids.js';
import { MemoryGuard } from '../src/guard.js';
import type { SmsRequest } from '../src/core/types.js';
import { ok } from '../src/core/result.js';
import type { Accept } from '../src/ports.js';
import { createSecrets } from '../src/secrets.js';
import { FakeClock } from './support/fake-clock.js';
import { RecordingLog } from './support/recording-log.js';
import { newAccount, NOW, temporaryStore } from './support/store.js';

const TRIES = 1000;
const NEVER = { free: Infinity, refuseAt: Infinity, resumeAt: 0, forgetMs: 1 };

async function doorman(): Promise<Accept> {
  const store = await temporaryStore();
  const clock = new FakeClock(NOW);
  const log = new RecordingLog();
  const secrets = createSecrets({ costLog2: 11 });
  await newAccount(store, 'alice@example.fr', 10);
  await store.changeCode('alice@example.fr', await secrets.hash('right1'));
  const rules = { client: NEVER, address: NEVER, domain: NEVER };
  return createAccept({
    ...{
      store,
      secrets,
      clock,
      log,
      ids: monotonicIds(),
      zones: () => ({ prices: new Map() }),
      shares: () => new Map(),
    },
    guard: new MemoryGuard({ clock, log, rules, trustedNetworks: () => [] }),
    rates: { mailFrom: () => true, orderOf: () => true },
    onCommitted: () => undefined,
  });
}

function request(address: string, code: string): SmsRequest {
  return {
    source: 'mail',
    claim: { by: 'code', addresses: [address] },
    candidates: [{ syntax: 2, code, form: ok({ destinations: '0612345678', at: null, text: null }) }],
    body: { kind: 'text', text: 'Bonjour', fromHtml: false },
  };
}

async function timeOf(accept: Accept, address: string, code: string): Promise<number> {
  const client = { remoteAddress: '192.0.2.1', speaksForOthers: false, verify: null };
  const before = performance.now();
  const { outcomes } = await accept({ requests: [request(address, code)], mail: null, client, dryRun: false });
  const tookMs = performance.now() - before;
  expect(outcomes).toMatchObject([{ accepted: false, rejection: { reason: 'not-accepted', params: {} } }]);
  return tookMs;
}

/** How often one of the first takes longer than one of the others; 0.5 where nothing tells them apart. */
function share(first: readonly number[], others: readonly number[]): number {
  const all = [...first.map((ms) => ({ ms, mine: true })), ...others.map((ms) => ({ ms, mine: false }))];
  const ranks = all.toSorted((a, b) => a.ms - b.ms).reduce((sum, { mine }, at) => sum + (mine ? at + 1 : 0), 0);
  return (ranks - (first.length * (first.length + 1)) / 2) / (first.length * others.length);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

test('1,000 wrong codes and 1,000 unknown senders: the same times', async () => {
  const accept = await doorman();
  const wrong: number[] = [];
  const unknown: number[] = [];
  for (let at = 0; at < TRIES; at += 1) {
    const tries = [
      async () => wrong.push(await timeOf(accept, 'alice@example.fr', `guess${at}`)),
      async () => unknown.push(await timeOf(accept, `nobody${at}@example.fr`, `guess${at}`)),
    ];
    // Who comes second finds the caches warm.
    for (const one of Math.random() < 0.5 ? tries : tries.toReversed()) await one();
  }
  const overlap = share(wrong, unknown);
  // By chance alone it stays within 0.5 ± 0.05 in all but one run of ten thousand.
  expect(overlap).toBeGreaterThan(0.4);
  expect(overlap).toBeLessThan(0.6);
  expect(median(wrong) / median(unknown)).toBeGreaterThan(0.9);
  expect(median(wrong) / median(unknown)).toBeLessThan(1.1);
}, 120_000);
