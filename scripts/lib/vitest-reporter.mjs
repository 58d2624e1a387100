import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { root } from './paths.mjs'

/** @typedef {import('vitest/node').TestModule} TestModule */
/** @typedef {import('vitest').SerializedError} SerializedError */
/** @typedef {import('./stages.mjs').Failure} Failure */

/** The variable that says which file the tally goes to. */
export const tallyFile = 'FIRST_DESKTOP_TEST_TALLY'

/** A reporter of Vitest that writes how many tests passed and which failed, and how: also files that cannot be loaded, and errors outside of tests. */
export default class TallyReporter {
  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly SerializedError[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const passed = modules.reduce((sum, { children }) => sum + [...children.allTests('passed')].length, 0)
    const outside = unhandled.map((error) => ({ test: 'an error outside of a test', words: words([error]) }))
    fs.writeFileSync(/** @type {string} */ (process.env[tallyFile]), JSON.stringify({ passed, failures: [...modules.flatMap(failuresOf), ...outside] }))
  }
}

/**
 * @param {TestModule} module
 * @returns {Failure[]}
 */
function failuresOf(module) {
  const file = path.relative(root, module.moduleId)
  const tests = [...module.children.allTests('failed')].map((test) => ({ test: `${file} › ${test.fullName}`, words: words(test.result().errors ?? []) }))
  // Of a file or a group: it could not be loaded, or a hook of it failed.
  const around = [module, ...module.children.allSuites()].map((each) => each.errors()).filter((errors) => errors.length > 0)
  return [...tests, ...around.map((errors) => ({ test: file, words: words(errors) }))]
}

/** @param {readonly (SerializedError & { diff?: string })[]} errors */
function words(errors) {
  return errors.map(({ name, message, diff, stacks }) => {
    const places = (stacks ?? []).map(({ file, line, column }) => `at ${path.relative(root, file)}:${line}:${column}`)
    return [`${name ?? 'Error'}: ${message}`, diff, ...places].filter(Boolean).join('\n')
  }).join('\n')
}
