// npm test [-- STAGE…]: sets the machine up and runs every test, or the stages that are named.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { ensureDependencies } from './lib/dependencies.mjs'
import { runEntry } from './lib/entry.mjs'
import { root } from './lib/paths.mjs'
import { duration, say, sayFailure, SetupError } from './lib/say.mjs'
import { chooseStages, stages } from './lib/stages.mjs'
import { readyForSites, readyForTests } from './lib/test-env.mjs'

/** @typedef {import('./lib/stages.mjs').Stage} Stage */

await runEntry(async (names) => {
  const chosen = chooseStages(names)
  if ('unknown' in chosen) throw new SetupError(`There is no stage "${chosen.unknown}".`, `The stages are ${stages.map(({ name }) => name).join(', ')}.`)
  await ensureDependencies(root)
  const forWindows = chosen.some(({ opensWindows }) => opensWindows) ? await readyForTests() : {}
  if (chosen.some(({ usesSites }) => usesSites === true)) await readyForSites()
  // Also what programs leave that are killed, as the tests do to see what comes of it.
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'first-test-'))
  // Some tests ask as another user, who has to get to what is that user's in it.
  fs.chmodSync(scratch, 0o711)
  const reports = path.join(scratch, 'reports')
  fs.mkdirSync(reports)
  try {
    return await runStages(chosen, { env: { ...process.env, ...forWindows, TMPDIR: scratch, TMP: scratch, TEMP: scratch }, reports })
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
  }
})

/**
 * Runs all of the stages, also past one that fails, and prints what came of each.
 * @param {readonly Stage[]} chosen
 * @param {import('./lib/stages.mjs').StageContext} context
 */
async function runStages(chosen, context) {
  let isInterrupted = false
  process.once('SIGINT', () => { isInterrupted = true })
  const lines = []
  let passed = 0
  const failed = []
  for (const stage of chosen) {
    say(`\n── ${stage.title}`)
    const startedAt = Date.now()
    const tally = await runStage(stage, context)
    passed += tally.passed
    failed.push(...tally.failures.map((failure) => ({ stage, ...failure })))
    if (isInterrupted) return 130
    lines.push(`${tally.failures.length === 0 ? '✓' : '✗'} ${stage.name.padEnd(12)} ${String(tally.passed).padStart(5)} passed ${String(tally.failures.length).padStart(4)} failed   ${duration(Date.now() - startedAt)}`)
  }
  // Once more at the end, where whoever has only the last lines finds them.
  for (const { stage, test, words } of failed) say(`\n✗ ${stage.name}: ${test}\n${words.replaceAll(/^/gm, '    ')}`)
  say(`\n${lines.join('\n')}\n`)
  process.stdout.write(`${passed} passed, ${failed.length} failed\n`)
  return failed.length === 0 ? 0 : 1
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
    return { passed: 0, failures: [{ test: 'the stage itself', words: error instanceof Error ? error.message : String(error) }] }
  }
}
