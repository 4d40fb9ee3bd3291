import { expect, test } from 'vitest';

import type { Stage } from '../../bench/contest.js';
import { GOALS } from '../../bench/goals.js';
import { parseOptions } from '../../bench/options.js';
import { select, selectForGoals } from '../../bench/selection.js';
import { STAGES } from '../../bench/stages/all.js';

function told(stages: readonly Stage[]): string[] {
  return stages.flatMap(({ contests }) => contests.map(({ name, peers }) => `${name}: ${peers.join(' | ')}`));
}

const every = { only: [], peers: [] };

test('everything, where nothing is asked for', () => {
  expect(told(select(STAGES, every))).toEqual(told(STAGES));
});

test('a contest by its name is that one, not those that begin so', () => {
  expect(told(select(STAGES, { only: ['smpp-1'], peers: [] }))).toHaveLength(1);
});

test('a stage by its name, contests by the beginning of theirs', () => {
  const names = (only: string): string[] =>
    select(STAGES, { only: [only], peers: [] }).flatMap(({ contests }) => contests.map(({ name }) => name));
  expect(names('to-smsc')).toEqual(['end-to-end', 'latency']);
  expect(names('slow-disk-')).toEqual(['slow-disk-1', 'slow-disk-50']);
  expect(names('nothing')).toEqual([]);
});

test('peers by the beginning of their names', () => {
  const [first] = told(select(STAGES, { only: ['accept-50'], peers: ['petit', 'Postfix'] }));
  expect(first).toBe('accept-50: Postfix, queue only | petitbleu');
});

test('--quick runs the peers of its goals and no others', () => {
  const goal = GOALS.filter(({ contest, quick }) => contest === 'smpp-100' && quick);
  expect(told(selectForGoals(STAGES, goal))).toEqual(['smpp-100: npm smpp client | petitbleu, store and carrier']);
});

test('options', () => {
  const usual = { ...every, rounds: 5, quick: false, writeDocs: false };
  expect(parseOptions([])).toEqual(usual);
  expect(parseOptions(['--only', 'accept,smpp-1', '--rounds', '3'])).toEqual({
    ...{ ...usual, only: ['accept', 'smpp-1'], rounds: 3 },
  });
  expect(parseOptions(['--quick'])).toMatchObject({ quick: true, rounds: 2 });
  expect(parseOptions(['--rounds', '0'])).toContain('--rounds 0');
  expect(parseOptions(['--fast'])).toContain('--fast');
});
