import { expect, test } from 'vitest';

import { percentile, ratiosOf, spreadOf } from '../../bench/statistics.js';

test('median and extremes, in whatever order', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
});

test('nothing measured is nothing said', () => {
  expect(spreadOf([])).toBeNull();
  expect(spreadOf([Number.NaN, Infinity])).toBeNull();
});

test('percentiles are of the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100]);
  expect(percentile([7], 0.5)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

test('ratios are of one round each; a round that one of both has missed does not count', () => {
  expect(ratiosOf([10, null, 30, 40], [5, 5, null, 0])).toEqual([2]);
  expect(ratiosOf([10, 20], [20])).toEqual([0.5]);
});
