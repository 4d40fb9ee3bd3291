// Reads the JSON reports of the test runs given as words; prints `PASSED FAILED`, and to standard error what has failed,
// so that it stands at the end of a long log. A report that is missing, unreadable,
// empty of tests, or not a success counts as one failure at least, whatever its numbers say.

import { readFileSync } from 'node:fs';

function count(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const { numPassedTests: passed, numFailedTests: failed, success } = report;
    tell(report);
    const isRight = success === true && passed > 0;
    return { passed, failed: isRight ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function tell({ testResults }) {
  for (const { name, message, assertionResults } of testResults) {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName, failureMessages } of failed) {
      process.stderr.write(`\nFAILED ${name}\n  ${fullName}\n  ${failureMessages.join('\n  ').slice(0, 2000)}\n`);
    }
    // A file that could not even be loaded has no tests.
    if (message && failed.length === 0) process.stderr.write(`\nFAILED ${name}\n  ${message.slice(0, 2000)}\n`);
  }
}

const counts = process.argv.slice(2).map(count);
const sum = (key) => counts.reduce((total, one) => total + one[key], 0);
process.stdout.write(`${sum('passed')} ${sum('failed')}\n`);
