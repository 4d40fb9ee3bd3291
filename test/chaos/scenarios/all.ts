// Every scenario, in the order of the table. A new one is a file beside this one and a line here.

import type { Scenario } from '../scenario.js';
import { ATTACKS } from './attacks.js';
import { CARRIERS } from './carriers.js';
import { CLOCKS } from './clock.js';
import { DAMAGES } from './damage.js';
import { DESCRIPTORS } from './descriptors.js';
import { FLIPPED_BYTES } from './flipped-bytes.js';
import { KILLS } from './kills.js';
import { MEMORY } from './memory.js';
import { POWER_CUTS } from './power-cuts.js';
import { RELOAD } from './reload.js';
import { SENDMAILS } from './sendmail.js';
import { SMARTHOSTS } from './smarthost.js';
import { STORES } from './store.js';

export const SCENARIOS: readonly Scenario[] = [
  ...KILLS,
  ...POWER_CUTS,
  ...ATTACKS,
  ...STORES,
  ...DAMAGES,
  ...FLIPPED_BYTES,
  ...CARRIERS,
  ...SMARTHOSTS,
  ...DESCRIPTORS,
  ...MEMORY,
  RELOAD,
  ...CLOCKS,
  ...SENDMAILS,
];
