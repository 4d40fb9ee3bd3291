// What is counted of a carrier's answers, and which reason makes a number bad.

import { expect, test } from 'vitest';

import { saysNumberIsBad } from '../../src/core/bad-number.js';
import { CarrierTally } from '../../src/core/carrier-tally.js';

test('outcomes are counted; errors are kept newest first, each kind once, five at most', () => {
  const tally = new CarrierTally();
  tally.record({ kind: 'accepted', carrierIds: ['1'] }, 1);
  ['a', 'b', 'a', 'c', 'd', 'e', 'f'].forEach((code, at) => tally.record({ kind: 'refused', code }, 10 + at));
  tally.record({ kind: 'unknown', code: 'f' }, 20);
  expect(tally.counts).toEqual({ accepted: 1, deferred: 0, refused: 7, unknown: 1 });
  expect(tally.errors.map(({ outcome, code, count, lastAtMs }) => [outcome, code, count, lastAtMs])).toEqual([
    ['unknown', 'f', 1, 20],
    ['refused', 'f', 1, 16],
    ['refused', 'e', 1, 15],
    ['refused', 'd', 1, 14],
    ['refused', 'c', 1, 13],
  ]);
});

test.each([
  ['unknown-subscriber', true],
  ['Unknown Subscriber', true],
  ['UNASSIGNED_NUMBER', true],
  ['absent-subscriber', false],
  ['invalid-destination', false],
  ['unknown', false],
  ['error-001', false],
  [null, false],
])('%s: %s', (reason, is) => expect(saysNumberIsBad(reason)).toBe(is));
