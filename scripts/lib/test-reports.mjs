import fs from 'node:fs'

/** @typedef {import('./stages.mjs').Tally} Tally */

/**
 * @param {string} file the JSON report of Vitest
 * @param {number} exitCode
 * @returns {Tally}
 */
export function readVitestReport(file, exitCode) {
  const report = read(file)
  if (report === undefined) return { passed: 0, failed: 1 }
  // A file that could not be loaded has no tests to fail.
  const unloaded = report.testResults.filter((/** @type {{ status: string, assertionResults: unknown[] }} */ each) => each.status === 'failed' && each.assertionResults.length === 0)
  return honest({ passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length }, exitCode)
}

/**
 * @param {string} file the JSON report of Playwright
 * @param {number} exitCode
 * @returns {Tally}
 */
export function readPlaywrightReport(file, exitCode) {
  const report = read(file)
  if (report === undefined) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky } = report.stats
  return honest({ passed: expected, failed: unexpected + flaky }, exitCode)
}

/**
 * A run that ended badly with no failed test (an unhandled error, no tests at all) is a failure too.
 * @param {Tally} tally
 * @param {number} exitCode
 */
function honest(tally, exitCode) {
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

/** @param {string} file */
function read(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined
}
