// What the bench is made of. A stage has peers that run side by side, and contests: in each round every peer of a contest
// does the same, one after the other, and gives its figures. Types only.

import type { Peer, Server } from './peers/peer.js';

/** The figures that a contest can give. Units stand in the names. */
export type Metric =
  'perSecond' | 'cpuMicros' | 'p50Ms' | 'p99Ms' | 'loadCpuMicros' | 'peakMegabytes' | 'gapMs' | 'latencyMs';

export type Figures = Readonly<Partial<Record<Metric, number>>>;

export interface Contest<S extends Server = Server> {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  /** Names of peers of the stage. The first is what the others are compared with. */
  readonly peers: readonly string[];
  measure(server: S, peer: string): Promise<Figures>;
}

export interface Stage<S extends Server = Server> {
  readonly name: string;
  readonly peers: readonly Peer<S>[];
  readonly contests: readonly Contest<S>[];
}

/** Of one peer in one contest; a round without a figure is null. */
export interface Series {
  readonly contest: string;
  readonly peer: string;
  readonly metric: Metric;
  readonly rounds: readonly (number | null)[];
}
