// Plays the contests of a stage: starts its peers, lets them compete round by round with the order rotated, so that nobody
// always has the cold or the crowded machine, and stops them, whatever happens. The round before the first warms up and
// does not count. A peer that fails in a contest is left out of that contest from then on; what it said is told.

import type { Contest, Figures, Metric, Series, Stage } from './contest.js';
import type { Server } from './peers/peer.js';

export interface Played {
  readonly series: readonly Series[];
  /** Peers that are not here, and what to install; peers that failed, and how. */
  readonly absences: readonly Absence[];
}

export interface Absence {
  readonly peer: string;
  /** Null: it could not be started, and is in none. */
  readonly contest: string | null;
  readonly why: string;
  readonly failed: boolean;
}

export interface Table {
  readonly rounds: number;
  readonly tell: (line: string) => void;
  /** Somebody wants to stop: what was started is stopped first. */
  readonly signal: AbortSignal;
}

export async function play(stage: Stage, { rounds, tell, signal }: Table): Promise<Played> {
  const game = new Game();
  try {
    await game.start(stage, tell);
    for (let round = 0; round <= rounds; round += 1) {
      tell(round === 0 ? `${stage.name}: warming up` : `${stage.name}: round ${round} of ${rounds}`);
      for (const contest of stage.contests) await game.playContest(contest, round, signal);
    }
  } finally {
    await game.stop();
  }
  return { series: game.series(rounds), absences: game.absences };
}

class Game {
  readonly absences: Absence[] = [];
  readonly #servers = new Map<string, Server>();
  readonly #figures: { contest: string; peer: string; round: number; figures: Figures }[] = [];

  async start({ peers, contests }: Stage, tell: (line: string) => void): Promise<void> {
    const wanted = new Set(contests.flatMap((contest) => contest.peers));
    for (const peer of peers.filter(({ name }) => wanted.has(name))) {
      const missing = await peer.missing();
      if (missing !== null) this.absences.push({ peer: peer.name, contest: null, why: missing, failed: false });
      else {
        tell(`starting ${peer.name}`);
        await this.#try(peer.name, null, async () => this.#servers.set(peer.name, await peer.start()));
      }
    }
  }

  async playContest(contest: Contest, round: number, signal: AbortSignal): Promise<void> {
    const { name, peers } = contest;
    const shift = round % peers.length;
    for (const peer of [...peers.slice(shift), ...peers.slice(0, shift)]) {
      signal.throwIfAborted();
      const server = this.#servers.get(peer);
      if (!server || this.absences.some((one) => one.peer === peer && one.contest === name)) continue;
      await this.#try(peer, name, async () => {
        const figures = await contest.measure(server, peer);
        if (round > 0) this.#figures.push({ contest: name, peer, round, figures });
      });
    }
  }

  async stop(): Promise<void> {
    for (const [name, server] of this.#servers) await this.#try(name, null, () => server.stop());
  }

  series(rounds: number): Series[] {
    const series = new Map<string, Series & { readonly rounds: (number | null)[] }>();
    for (const { contest, peer, round, figures } of this.#figures) {
      for (const [metric, figure] of Object.entries(figures) as [Metric, number][]) {
        const key = JSON.stringify([contest, peer, metric]);
        const one = series.get(key) ?? { contest, peer, metric, rounds: new Array<number | null>(rounds).fill(null) };
        one.rounds[round - 1] = figure;
        series.set(key, one);
      }
    }
    return [...series.values()];
  }

  async #try(peer: string, contest: string | null, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.absences.push({ peer, contest, why, failed: true });
    }
  }
}
