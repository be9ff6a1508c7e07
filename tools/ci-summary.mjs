/**
 * Prints `N passed, N failed` from vitest's JSON report.
 *
 *     node tools/ci-summary.mjs REPORT EXIT_CODE
 *
 * What fails before or outside a test (the build, a file that does not load) counts as one failure.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';

const [report = '', exitCode = '1'] = process.argv.slice(2);

function counts() {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const unloaded = testResults.filter((file) => {
      return file.status === 'failed' && file.assertionResults.every((result) => result.status !== 'failed');
    });
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

const { passed, failed } = counts();
const reallyFailed = exitCode === '0' ? failed : Math.max(failed, 1);
process.stdout.write(`${passed} passed, ${reallyFailed} failed\n`);
