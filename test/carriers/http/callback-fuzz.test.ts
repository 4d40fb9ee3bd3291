// 10^4 callbacks with something wrong in them; `npm run fuzz:callbacks` sends 10^5 and more.

import { expect, it } from 'vitest';

import { fuzz } from '../../support/callback-fuzz.js';
import { seededRandom } from '../../support/smpp-fuzz.js';

it(
  '10^4 callbacks: an answer each, no event without the secret, whole events with it',
  { timeout: 120_000 },
  async () => {
    const tally = await fuzz(10_000, seededRandom(4));
    // Each kind is really met.
    expect(tally['stranger 404']).toBeGreaterThan(4000);
    expect(tally['known 200']).toBeGreaterThan(200);
    expect(tally['known 400']).toBeGreaterThan(1000);
    expect(tally['events']).toBeGreaterThan(200);
  },
);
