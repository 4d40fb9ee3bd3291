// The seed of every property test. Fixed, so that a run says something about the change that it tests; `FC_SEED=fresh`
// takes another one each time (`npm run fuzz:properties`), `FC_SEED=N` the one that a failure has printed.

import fc from 'fast-check';

const DAY_OF_ISSUE = 20_261_122;

function seed(): number {
  const { FC_SEED: wanted } = process.env;
  if (wanted === undefined || wanted === '') return DAY_OF_ISSUE;
  if (wanted === 'fresh') return Date.now() ^ process.pid;
  const number = Number(wanted);
  if (!Number.isInteger(number)) throw new Error(`FC_SEED is "${wanted}"; allowed is a whole number, or fresh`);
  return number;
}

fc.configureGlobal({ seed: seed() });
