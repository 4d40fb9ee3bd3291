import { describe, expect, test } from 'vitest';

import { GOALS, judge, lossOf, type Goal } from '../../bench/goals.js';
import { compare } from '../../bench/quick.js';
import { STAGES } from '../../bench/stages/all.js';
import { RESULT, series } from './result.js';

const COMMON = { what: 'mails', contest: 'accept-50', peer: 'petitbleu', quick: true } as const;
const RATE: Goal = { ...COMMON, metric: 'perSecond', base: 'smtp-server, bare', limit: { atLeast: 0.75 } };
const MEMORY: Goal = { ...COMMON, contest: 'attachment', metric: 'peakMegabytes', base: null, limit: { atMost: 45 } };

describe('a goal', () => {
  test('is judged by the median of the ratios of the rounds', () => {
    expect(judge(RATE, RESULT.series)).toMatchObject({ spread: { median: 0.8, min: 0.75, max: 0.9 }, reached: true });
    expect(judge({ ...RATE, limit: { atLeast: 0.81 } }, RESULT.series).reached).toBe(false);
  });

  test('without a base is judged by the figure itself', () => {
    expect(judge(MEMORY, RESULT.series)).toMatchObject({ spread: { median: 41 }, reached: true });
    expect(judge({ ...MEMORY, limit: { atMost: 40 } }, RESULT.series).reached).toBe(false);
  });

  test('is open while its peer was not there', () => {
    expect(judge({ ...RATE, base: 'Postfix, queue only' }, RESULT.series)).toMatchObject({
      spread: null,
      reached: null,
    });
  });

  test.each(GOALS.map((goal) => [`${goal.what} beside ${goal.base ?? 'nobody'}`, goal] as const))(
    '%s is about peers of one contest',
    (_name, { contest, peer, base }) => {
      const peers = STAGES.flatMap(({ contests }) => contests).find(({ name }) => name === contest)?.peers;
      expect(peers).toEqual(expect.arrayContaining(base === null ? [peer] : [peer, base]));
    },
  );

  test('those of --quick are ratios or memory, never times', () => {
    const times = GOALS.filter(({ quick, base, metric }) => quick && base === null && metric !== 'peakMegabytes');
    expect(times).toEqual([]);
  });
});

describe('a loss', () => {
  const now = (goal: Goal, ...rounds: number[]) =>
    judge(goal, [series(goal.contest, goal.peer, goal.metric, ...rounds), ...RESULT.series]);
  const before = (goal: Goal) => judge(goal, RESULT.series);

  test('of what should be high, and of what should be low', () => {
    expect(lossOf(RATE, now(RATE, 4800, 6000, 5400), before(RATE))).toBeCloseTo(0.25);
    expect(lossOf(MEMORY, now(MEMORY, 82), before(MEMORY))).toBeCloseTo(0.5);
    expect(lossOf(MEMORY, now(MEMORY, 41), before(MEMORY))).toBe(0);
  });

  test('a gain is a negative one', () => {
    expect(lossOf(RATE, now(RATE, 8000, 10_000, 9000), before(RATE))).toBeLessThan(0);
  });

  test('of more than a quarter is named, one of a quarter is noise', () => {
    const losing = (perSecond: number) => [
      series('accept-50', 'smtp-server, bare', 'perSecond', 1000),
      series('accept-50', 'petitbleu', 'perSecond', perSecond),
    ];
    expect(compare([RATE], losing(605), RESULT).losses).toEqual([]);
    expect(compare([RATE], losing(590), RESULT).losses).toEqual(['mails (beside smtp-server, bare)']);
    expect(compare([RATE], losing(590), RESULT).table).toContain('| mails | smtp-server, bare | 0.59 | 0.80 | -26 % |');
  });

  test('is not one where nothing was measured', () => {
    expect(compare([RATE, MEMORY], [], RESULT)).toMatchObject({ losses: [] });
  });
});
