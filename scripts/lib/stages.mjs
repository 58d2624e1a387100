import path from 'node:path'
import process from 'node:process'
import { ensureAgentPrograms } from './agent-programs.mjs'
import { ensureBuilt } from './build.mjs'
import { onClosedNetwork } from './closed-network.mjs'
import { withDisplay } from './display.mjs'
import { root } from './paths.mjs'
import { runInSight } from './processes.mjs'
import { readPlaywrightReport, readVitestTally } from './test-reports.mjs'
import { checks, installed } from './tools.mjs'
import { tallyFile } from './vitest-reporter.mjs'

/**
 * @typedef {{ test: string, words: string }} Failure which test, by file and title, and how it put it
 * @typedef {{ passed: number, failures: Failure[] }} Tally
 */

/**
 * @typedef {object} Stage
 * @property {string} name what `npm test -- NAME` calls it
 * @property {string} title
 * @property {boolean} opensWindows whether it runs Electron or a browser
 * @property {boolean} [needsBuild] whether it runs the built app
 * @property {boolean} [usesSites] whether it runs jobs on a real Slurm, or commands over ssh
 * @property {(context: StageContext) => Promise<Tally>} run
 */

/**
 * @typedef {object} StageContext
 * @property {NodeJS.ProcessEnv} env
 * @property {string} reports an empty folder for the reports of this run
 */

/** @type {readonly Stage[]} */
export const stages = [
  { name: 'types', title: 'Types', opensWindows: false, run: (context) => runChecks(['typesNode', 'typesWeb'], context) },
  { name: 'lint', title: 'Lint', opensWindows: false, run: (context) => runChecks(['lintNode', 'lintWeb'], context) },
  { name: 'unit', title: 'Unit tests', opensWindows: false, run: (context) => runVitest('unit', context) },
  { name: 'build', title: 'Build', opensWindows: false, run: runBuild },
  { name: 'integration', title: 'Integration tests', opensWindows: true, needsBuild: true, usesSites: true, run: (context) => runVitest('integration', context) },
  { name: 'agents', title: 'Agent programs, on a network of loopback alone', opensWindows: false, needsBuild: true, run: runAgents },
  { name: 'e2e', title: 'End-to-end tests, in Electron and in Chromium', opensWindows: true, needsBuild: true, run: runPlaywright },
  { name: 'package', title: 'The packaged app', opensWindows: true, needsBuild: true, run: (context) => runVitest('package', context) },
]

/**
 * The stages that are asked for, in their own order, with the build before those that run what is built; all when none is named.
 * @param {readonly string[]} names
 * @returns {readonly Stage[] | { unknown: string }}
 */
export function chooseStages(names) {
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name))
  if (unknown !== undefined) return { unknown }
  if (names.length === 0) return stages
  const isBuilt = stages.some(({ name, needsBuild }) => needsBuild === true && names.includes(name))
  return stages.filter(({ name }) => names.includes(name) || (isBuilt && name === 'build'))
}

/**
 * Side by side; when all are content they count as one test, however many commands it takes.
 * @param {readonly (keyof typeof checks)[]} names
 * @param {StageContext} context
 * @returns {Promise<Tally>}
 */
async function runChecks(names, { env }) {
  const codes = await Promise.all(names.map((name) => runInSight(process.execPath, [checks[name].file, ...checks[name].args], { cwd: root, env })))
  const failures = names.flatMap((name, index) => codes[index] === 0 ? [] : [{ test: name, words: 'It found something: see what it printed.' }])
  return { passed: failures.length === 0 ? 1 : 0, failures }
}

/** @returns {Promise<Tally>} */
async function runBuild() {
  await ensureBuilt(root)
  return { passed: 1, failures: [] }
}

/**
 * @param {'unit' | 'integration' | 'package'} project
 * @param {StageContext} context
 */
async function runVitest(project, { env, reports }) {
  const { args, tally } = vitest(project, reports)
  const [command, all] = project === 'unit' ? [process.execPath, args] : withDisplay(process.execPath, args)
  const code = await runInSight(command, all, { cwd: root, env: { ...env, [tallyFile]: tally } })
  return readVitestTally(tally, code)
}

/** @param {StageContext} context */
async function runAgents({ env, reports }) {
  const programs = await ensureAgentPrograms()
  const { args, tally } = vitest('agents', reports)
  const [command, all] = onClosedNetwork(process.execPath, args)
  const code = await runInSight(command, all, { cwd: root, env: { ...env, FIRST_DESKTOP_AGENT_PROGRAMS: programs, [tallyFile]: tally } })
  return readVitestTally(tally, code)
}

/**
 * @param {string} project
 * @param {string} reports
 */
function vitest(project, reports) {
  const reporter = path.join(root, 'scripts/lib/vitest-reporter.mjs')
  return { tally: path.join(reports, `${project}.json`), args: [installed('vitest/vitest.mjs'), 'run', '--project', project, '--reporter=default', `--reporter=${reporter}`] }
}

/**
 * Both hosts, in as many processes at once as playwright.config.ts says; each has a display of its own.
 * @param {StageContext} context
 */
async function runPlaywright({ env, reports }) {
  const report = path.join(reports, 'e2e.json')
  const args = [installed('@playwright/test/cli.js'), 'test', '--reporter=list,json']
  const code = await runInSight(process.execPath, args, { cwd: root, env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report } })
  return readPlaywrightReport(report, code)
}
