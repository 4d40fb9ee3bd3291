// A scenario: one thing that is done to a world, again and again. The harness then lets the world settle, checks it, and
// goes on with the same data. How to add one: README.md.

import type { Finding } from './checks/finding.js';
import type { World, WorldWish } from './world.js';

export interface Scenario {
  /** As in `--only`. */
  readonly name: string;
  /** What is done, in a few words for the table. */
  readonly what: string;
  /** Its part of `--kills`: a weight; or a number of its own. */
  readonly runs:
    | { readonly share: 'kills' | 'power-cuts'; readonly weight: number }
    | { readonly full: number; readonly quick: number };
  /** How often on the same data; 10 unless told. */
  readonly perWorld?: number;
  readonly world?: Omit<WorldWish, 'seed'>;
  /**
   * Does its one thing while mails flow, and takes it away again. The daemon runs before; after it, it runs or is dead.
   * `Stuck` or any other error makes the run a failed one.
   */
  disturb(world: World): Promise<void>;
  /** Instead of settling and the checker, where the database is meant to be broken: what contradicts a promise even so. */
  judge?(world: World): readonly Finding[];
  /** The control of another scenario: its check must find acknowledged mails lost, or the other one proves nothing. */
  readonly mustLose?: boolean;
  /** Messages that may newly be in doubt after it; the window of the carrier unless told. */
  readonly mayDoubt?: number;
}
