import { describe, expect, test } from 'vitest';

import type { Contest, Stage } from '../../bench/contest.js';
import type { Peer } from '../../bench/peers/peer.js';
import { play } from '../../bench/rounds.js';

/** What was done, in order. */
function game(wishes: { missing?: string; broken?: string; failing?: string } = {}) {
  const did: string[] = [];
  const peer = (name: string): Peer => ({
    name,
    missing: () => Promise.resolve(wishes.missing === name ? 'apt-get install it' : null),
    start: () => {
      if (wishes.broken === name) return Promise.reject(new Error('no port'));
      did.push(`start ${name}`);
      const stop = (): Promise<void> => Promise.resolve(void did.push(`stop ${name}`));
      return Promise.resolve({ port: 1, pids: [], stop });
    },
  });
  const contest = (name: string): Contest => ({
    ...{ name, title: name, peers: ['a', 'b'] },
    measure: (_server, one) => {
      did.push(`${name} ${one}`);
      if (wishes.failing === `${name} ${one}`) return Promise.reject(new Error('refused'));
      return Promise.resolve({ perSecond: did.length });
    },
  });
  const stage: Stage = { name: 'stage', peers: ['a', 'b', 'unused'].map(peer), contests: [contest('x'), contest('y')] };
  return { did, stage };
}

const TABLE = { rounds: 1, tell: () => undefined, signal: new AbortController().signal };

test('a round warms up and does not count; who begins changes; what was started is stopped', async () => {
  const { did, stage } = game();
  const { series, absences } = await play(stage, TABLE);
  const rounds = ['x a', 'x b', 'y a', 'y b', 'x b', 'x a', 'y b', 'y a'];
  expect(did).toEqual(['start a', 'start b', ...rounds, 'stop a', 'stop b']);
  expect(series.map(({ contest, peer, rounds: figures }) => [contest, peer, figures])).toEqual([
    ['x', 'b', [7]],
    ['x', 'a', [8]],
    ['y', 'b', [9]],
    ['y', 'a', [10]],
  ]);
  expect(absences).toEqual([]);
});

describe('a peer that', () => {
  test('is not installed is left out, with what to install', async () => {
    const { did, stage } = game({ missing: 'a' });
    expect((await play(stage, TABLE)).absences).toEqual([
      { peer: 'a', contest: null, why: 'apt-get install it', failed: false },
    ]);
    expect(did).not.toContain('x a');
    expect(did).toContain('x b');
  });

  test('cannot be started has failed; the others go on', async () => {
    const { did, stage } = game({ broken: 'a' });
    expect((await play(stage, TABLE)).absences).toEqual([{ peer: 'a', contest: null, why: 'no port', failed: true }]);
    expect(did).toContain('y b');
  });

  test('fails in a contest is left out of that one only', async () => {
    const { did, stage } = game({ failing: 'x a' });
    const { series, absences } = await play(stage, TABLE);
    expect(absences).toEqual([{ peer: 'a', contest: 'x', why: 'refused', failed: true }]);
    expect(did.filter((one) => one === 'x a')).toHaveLength(1);
    expect(series.map(({ contest, peer }) => `${contest} ${peer}`)).toEqual(['x b', 'y b', 'y a']);
  });
});

test('interrupted: nothing more is measured, and everything is stopped', async () => {
  const { did, stage } = game();
  await expect(play(stage, { ...TABLE, signal: AbortSignal.abort() })).rejects.toThrow();
  expect(did).toEqual(['start a', 'start b', 'stop a', 'stop b']);
});
