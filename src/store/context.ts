// What every store function gets beside its arguments: the open transaction and what the store was opened with.

import type { StoreOptions } from '../store-port.js';
import type { Pseudonyms } from './pseudonyms.js';
import type { Session } from './query.js';

export interface StoreContext {
  readonly session: Session;
  readonly options: StoreOptions;
  readonly pseudonyms: Pseudonyms;
  /** Where the fair share between accounts has got to: the last account that was served, for each carrier. */
  readonly rotation: Map<string, number>;
}
