import fs from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** @typedef {import('./stages.mjs').Tally} Tally */
/** @typedef {import('./stages.mjs').Failure} Failure */

/** Lines of a failure's words that are told again at the end of a run; all of them stand where it happened. */
const toldLines = 16

/**
 * @param {string} file what the reporter of vitest-reporter.mjs wrote
 * @param {number} exitCode
 * @returns {Tally}
 */
export function readVitestTally(file, exitCode) {
  const report = read(file)
  return report === undefined ? withoutReport() : tally(report.passed, report.failures, exitCode)
}

/**
 * @param {string} file the JSON report of Playwright
 * @param {number} exitCode
 * @returns {Tally}
 */
export function readPlaywrightReport(file, exitCode) {
  const report = read(file)
  if (report === undefined) return withoutReport()
  return tally(report.stats.expected, report.suites.flatMap(playwrightFailures), exitCode)
}

/**
 * @typedef {{ projectName: string, status: string, results: { errors?: { message?: string }[] }[] }} PlaywrightTest
 * @typedef {{ file: string, specs: { title: string, tests: PlaywrightTest[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 */

/**
 * @param {PlaywrightSuite} suite
 * @returns {Failure[]}
 */
function playwrightFailures({ file, specs, suites = [] }) {
  const own = specs.flatMap(({ title, tests }) => tests
    // One that passed only on a second try is a failure too.
    .filter(({ status }) => status === 'unexpected' || status === 'flaky')
    .map(({ projectName, results }) => ({
      test: `[${projectName}] ${file} › ${title}`,
      words: results.flatMap(({ errors = [] }) => errors).map(({ message = '' }) => message).join('\n'),
    })))
  return [...own, ...suites.flatMap(playwrightFailures)]
}

/**
 * A run that ended badly with no failed test (no tests at all, a worker that died) is a failure too.
 * @param {number} passed
 * @param {Failure[]} failures
 * @param {number} exitCode
 * @returns {Tally}
 */
function tally(passed, failures, exitCode) {
  if (exitCode === 0 || failures.length > 0) return { passed, failures: failures.map(({ test, words }) => ({ test, words: firstLines(words) })) }
  return { passed, failures: [{ test: 'the run itself', words: `No test failed, but it ended with code ${exitCode}: see what it printed.` }] }
}

/** @returns {Tally} */
function withoutReport() {
  return { passed: 0, failures: [{ test: 'the run itself', words: 'It left no report: see what it printed.' }] }
}

/** @param {string} words */
function firstLines(words) {
  return stripVTControlCharacters(words).trim().split('\n').slice(0, toldLines).join('\n')
}

/** @param {string} file */
function read(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined
}
