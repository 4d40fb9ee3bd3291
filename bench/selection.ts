// Which stages, contests and peers a run takes. Pure: takes everything there is and what was asked for.

import type { Goal } from './goals.js';
import type { Stage } from './contest.js';

export interface Wanted {
  /** Names of stages or contests, or how they begin; empty: all. */
  readonly only: readonly string[];
  /** Names of peers, or how they begin; empty: all. */
  readonly peers: readonly string[];
}

/** What a name stands for exactly comes before what begins so. */
export function select(stages: readonly Stage[], { only, peers }: Wanted): Stage[] {
  const names = new Set(stages.flatMap(({ name, contests }) => [name, ...contests.map((contest) => contest.name)]));
  const isMeant = (name: string, words: readonly string[]): boolean =>
    words.length === 0 || words.some((word) => name === word || (!names.has(word) && name.startsWith(word)));
  return narrowed(
    stages,
    (stage, contest) => isMeant(contest, only) || only.includes(stage),
    (_contest, peer) => isMeant(peer, peers),
  );
}

/** What the quick goals look at, and no more. */
export function selectForGoals(stages: readonly Stage[], goals: readonly Goal[]): Stage[] {
  const meant = new Set(goals.flatMap(({ contest, peer, base }) => [peer, base].map((one) => `${contest} ${one}`)));
  return narrowed(
    stages,
    () => true,
    (contest, peer) => meant.has(`${contest} ${peer}`),
  );
}

function narrowed(
  stages: readonly Stage[],
  hasContest: (stage: string, contest: string) => boolean,
  hasPeer: (contest: string, peer: string) => boolean,
): Stage[] {
  return stages
    .map((stage) => ({
      ...stage,
      contests: stage.contests
        .filter((contest) => hasContest(stage.name, contest.name))
        .map((contest) => ({ ...contest, peers: contest.peers.filter((peer) => hasPeer(contest.name, peer)) }))
        .filter(({ peers }) => peers.length > 0),
    }))
    .filter(({ contests }) => contests.length > 0);
}
