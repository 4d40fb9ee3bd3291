// Every scenario, in the order of the table. A new one is a file beside this one and a line here.

import type { Scenario } from '../scenario.js';
import { ATTACKS } from './attacks.js';
import { KILLS } from './kills.js';
import { POWER_CUTS } from './power-cuts.js';

export const SCENARIOS: readonly Scenario[] = [...KILLS, ...POWER_CUTS, ...ATTACKS];
