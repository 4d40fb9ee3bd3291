// Reads the JSON reports of the test runs given as words; prints `PASSED FAILED`. A report that is missing, unreadable,
// empty of tests, or not a success counts as one failure at least, whatever its numbers say.

import { readFileSync } from 'node:fs';

function count(file) {
  try {
    const { numPassedTests: passed, numFailedTests: failed, success } = JSON.parse(readFileSync(file, 'utf8'));
    const isRight = success === true && passed > 0;
    return { passed, failed: isRight ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const counts = process.argv.slice(2).map(count);
const sum = (key) => counts.reduce((total, one) => total + one[key], 0);
process.stdout.write(`${sum('passed')} ${sum('failed')}\n`);
