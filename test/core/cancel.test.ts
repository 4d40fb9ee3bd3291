// Taking back what was to leave later: what is meant, what is found, and what the sender is told to write.

import { describe, expect, test } from 'vitest';

import {
  cancelSubject,
  decideCancellation,
  planCancellation,
  type CancelPlan,
  type Unsent,
} from '../../src/core/cancel.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import type { MessageState } from '../../src/core/lifecycle.js';
import type { Account } from '../../src/core/types.js';
import { planFor } from '../support/store.js';

const NOW = Date.parse('2026-11-23T10:00:00+01:00');
const AT = Date.parse('2026-11-24T15:30:00+01:00');
const [ALICE, BOB, CAROL] = ['+33612345678', '+33660919010', '+33684843556'];

const ACCOUNT: Account = {
  ...{ id: 1, email: 'alice@example.fr', senders: [], codeHash: '', balanceMilli: 0, reservedMilli: 0 },
  ...{ closed: false, createdAtMs: 0, settings: DEFAULT_SETTINGS },
};

function planned(destinations: string, at = '153024112026', groups = new Map<string, readonly string[]>()) {
  const form = { destinations, at, text: null, cancel: true } as const;
  return planCancellation({
    account: ACCOUNT,
    share: null,
    requester: ACCOUNT.email,
    form,
    groups,
    known: new Map(),
    nowMs: NOW,
  });
}

function planOf(numbers: readonly string[]): CancelPlan {
  return { account: ACCOUNT, share: null, requester: ACCOUNT.email, atMs: AT, numbers, refused: [] };
}

function found(to: string, state: MessageState): Unsent {
  return { id: `${to}-${state}`, to, state, text: 'Bonjour', dueAtMs: AT };
}

describe('what is meant', () => {
  test('numbers however written, once each, and the members of groups', () => {
    const plan = planned('0612345678-+33 6 12 34 56 78-Équipe', '153024112026', new Map([['Équipe', [BOB]]]));
    expect(plan).toMatchObject({ ok: true, value: { atMs: AT, numbers: [ALICE, BOB], refused: [] } });
  });

  test('a number whose option is off now can be taken back; one that is none cannot', () => {
    const plan = planned('0690123456-0142345678-0899123456-Personne');
    expect(plan).toMatchObject({ ok: true, value: { numbers: ['+590690123456', '+33142345678'] } });
    expect(plan.ok && plan.value.refused.map(({ rejection }) => rejection.reason)).toEqual([
      'number-premium',
      'group-unknown',
    ]);
  });

  test('a past date is a date: the store knows what became of it', () => {
    expect(planned('0612345678', '153024112025').ok).toBe(true);
    expect(planned('0612345678', '253024112026')).toMatchObject({ ok: false, error: { reason: 'date-invalid' } });
  });

  test('no number', () => {
    expect(planned('Équipe', '153024112026', new Map([['Équipe', []]]))).toMatchObject({
      ok: false,
      error: { reason: 'number-missing' },
    });
  });
});

describe('what is found', () => {
  test('all that has not left is cancelled, the rest is told number by number', () => {
    const messages = [found(ALICE, 'scheduled'), found(ALICE, 'queued'), found(BOB, 'delivered')];
    const decision = decideCancellation(planOf([ALICE, BOB, CAROL]), messages);
    expect(decision).toMatchObject({ accepted: true, messages: messages.slice(0, 2) });
    expect(decision.refused.map(({ to, rejection }) => [to, rejection.reason])).toEqual([
      [BOB, 'cancel-too-late'],
      [CAROL, 'cancel-nothing'],
    ]);
  });

  test.each<[MessageState, string]>([
    ['submitting', 'cancel-too-late'],
    ['submitted', 'cancel-too-late'],
    ['unknown', 'cancel-too-late'],
    ['undelivered', 'cancel-too-late'],
    ['cancelled', 'cancel-nothing'],
    ['refused', 'cancel-nothing'],
    ['expired', 'cancel-nothing'],
  ])('%s: %s', (state, reason) => {
    const decision = decideCancellation(planOf([ALICE]), [found(ALICE, state)]);
    expect(decision).toMatchObject({ accepted: false, rejection: { reason } });
  });

  test('nothing: the instant is shown as it was understood', () => {
    const rejection = { reason: 'cancel-nothing', params: { number: ALICE, when: '2026-11-24 15:30 +01:00' } };
    expect(decideCancellation(planOf([ALICE]), [])).toMatchObject({ accepted: false, rejection });
  });
});

describe('what to write', () => {
  const subjectFor = (subject: string, more: Partial<ReturnType<typeof planFor>> = {}): string | null =>
    cancelSubject({ ...planFor(ACCOUNT, { nowMs: NOW, dueAtMs: AT }), ...more }, subject);

  test.each([
    ['••••:0612345678:153024112026', '••••:0612345678:153024112026s'],
    ['••••:0612345678 : 153024112026 ', '••••:0612345678:153024112026s'],
    // Later by the cut-off hour: the mail itself had no date.
    ['••••:0612345678', '••••:0612345678:153024112026s'],
    [`••••:${'0612345678-'.repeat(20)}0612345678`, '…345678-0612345678-0612345678-0612345678-0612345678:153024112026s'],
  ])('%s', (subject, expected) => {
    expect(subjectFor(subject)).toBe(expected);
  });

  test('by syntax', () => {
    expect(subjectFor('153024112026', { syntax: 3 })).toBe('153024112026s');
    expect(subjectFor('Rendez-vous', { syntax: null })).toBe('153024112026s');
    expect(subjectFor('Bonjour', { syntax: 4 })).toBeNull();
  });

  test('at once, or not by mail: nothing', () => {
    expect(subjectFor('••••:0612345678', { scheduledForMs: null })).toBeNull();
    expect(subjectFor('••••:0612345678', { source: 'cli' })).toBeNull();
  });
});
