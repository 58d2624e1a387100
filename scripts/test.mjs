// npm test [-- STAGE…]: sets the machine up and runs every test, or the stages that are named.
import './lib/check-node.mjs'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { ensureChromium } from './lib/chromium.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { electronEnv, ensureElectron } from './lib/electron-runtime.mjs'
import { runEntry } from './lib/entry.mjs'
import { root } from './lib/paths.mjs'
import { duration, say, sayFailure, SetupError } from './lib/say.mjs'
import { chooseStages, stages } from './lib/stages.mjs'
import { ensureSystemPackages, testPackages } from './lib/system-packages.mjs'

/** @typedef {import('./lib/stages.mjs').Stage} Stage */

await runEntry(async (names) => {
  const chosen = chooseStages(names)
  if ('unknown' in chosen) throw new SetupError(`There is no stage "${chosen.unknown}".`, `The stages are ${stages.map(({ name }) => name).join(', ')}.`)
  await ensureDependencies(root)
  const env = { ...process.env, ...(chosen.some(({ opensWindows }) => opensWindows) ? await windowsEnv() : {}) }
  const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'first-desktop-reports-'))
  try {
    return await runStages(chosen, { env, reports })
  } finally {
    fs.rmSync(reports, { recursive: true })
  }
})

/** Readies Electron and Chromium, and gives the variables by which tests find them. */
async function windowsEnv() {
  await ensureSystemPackages(testPackages, 'the tests')
  const runtime = await ensureElectron()
  say(`• Electron for the tests: ${runtime.dist} (${runtime.kind})`)
  return { ...electronEnv(runtime), FIRST_DESKTOP_CHROMIUM: await ensureChromium() }
}

/**
 * Runs all of the stages, also past one that fails, and prints what came of each.
 * @param {readonly Stage[]} chosen
 * @param {import('./lib/stages.mjs').StageContext} context
 */
async function runStages(chosen, context) {
  const lines = []
  const total = { passed: 0, failed: 0 }
  for (const stage of chosen) {
    say(`\n── ${stage.title}`)
    const startedAt = Date.now()
    const tally = await runStage(stage, context)
    total.passed += tally.passed
    total.failed += tally.failed
    lines.push(`${tally.failed === 0 ? '✓' : '✗'} ${stage.name.padEnd(12)} ${String(tally.passed).padStart(5)} passed ${String(tally.failed).padStart(4)} failed   ${duration(Date.now() - startedAt)}`)
  }
  say(`\n${lines.join('\n')}\n`)
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
  return total.failed === 0 ? 0 : 1
}

/**
 * @param {Stage} stage
 * @param {import('./lib/stages.mjs').StageContext} context
 */
async function runStage(stage, context) {
  try {
    return await stage.run(context)
  } catch (error) {
    sayFailure(error)
    return { passed: 0, failed: 1 }
  }
}
