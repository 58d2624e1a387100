import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/paths.mjs'
import { readPlaywrightReport, readVitestTally } from '../../../scripts/lib/test-reports.mjs'
import { installed } from '../../../scripts/lib/tools.mjs'
import { tallyFile } from '../../../scripts/lib/vitest-reporter.mjs'
import { scratchFolder } from './scratch'

function fileWith(report: unknown): string {
  const file = join(scratchFolder(), 'report.json')
  writeFileSync(file, JSON.stringify(report))
  return file
}

/** A run of Vitest over one file with these tests, as a stage runs it. */
function tallyOf(source: string): ReturnType<typeof readVitestTally> {
  // From here its import of Vitest is found.
  const folder = mkdtempSync(join(root, 'node_modules/.tally-'))
  try {
    writeFileSync(join(folder, 'sums.test.ts'), `import { expect, it } from 'vitest'\n${source}`)
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {}')
    const tally = join(folder, 'tally.json')
    const args = [installed('vitest/vitest.mjs'), 'run', '--root', folder, `--reporter=${join(root, 'scripts/lib/vitest-reporter.mjs')}`]
    const { status } = spawnSync(process.execPath, args, { env: { ...process.env, [tallyFile]: tally } })
    return readVitestTally(tally, status!)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('the tally of a run of Vitest', () => {
  it('counts tests, and names those that failed with what they expected', () => {
    const { passed, failures } = tallyOf(`it('adds', () => {}); it.skip('divides', () => {}); it('takes away', () => { expect({ is: 1 }).toEqual({ is: 2 }) })`)
    expect(passed).toBe(1)
    expect(failures).toHaveLength(1)
    expect(failures[0]!.test).toMatch(/sums\.test\.ts › takes away$/)
    expect(failures[0]!.words).toMatch(/AssertionError.*-   "is": 2,.*\+   "is": 1,.*at .*sums\.test\.ts:2:/s)
  })

  it('counts a file that cannot be loaded, and one whose hook fails', () => {
    expect(tallyOf(`import './none'`)).toMatchObject({ passed: 0, failures: [{ words: expect.stringContaining('./none') as string }] })
    expect(tallyOf(`import { afterAll } from 'vitest'; afterAll(() => { throw new Error('left open') }); it('adds', () => {})`)).toMatchObject({ passed: 1, failures: [{ words: expect.stringContaining('left open') as string }] })
  })

  it('names an error outside of a test', () => {
    expect(tallyOf(`it('adds', async () => { void Promise.reject(new Error('nobody waits')); await new Promise(setImmediate) })`)).toMatchObject({
      passed: 1, failures: [{ test: 'an error outside of a test', words: expect.stringContaining('nobody waits') as string }],
    })
  })

  it('has a failure when the run ended badly though no test did', () => {
    expect(readVitestTally(fileWith({ passed: 5, failures: [] }), 1)).toEqual({ passed: 5, failures: [{ test: 'the run itself', words: 'No test failed, but it ended with code 1: see what it printed.' }] })
  })

  it('tells the first lines of a long failure', () => {
    const words = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')
    expect(readVitestTally(fileWith({ passed: 5, failures: [{ test: 'long', words }] }), 1).failures[0]!.words.split('\n')).toHaveLength(16)
  })

  it('has a failure when there is no report', () => {
    expect(readVitestTally(join(scratchFolder(), 'none.json'), 0).failures).toHaveLength(1)
  })
})

describe('the tally of a run of Playwright', () => {
  it('names those that failed, also in a group of tests, and takes one that passed only on a second try as failed', () => {
    const spec = (title: string, status: string, message?: string): unknown =>
      ({ title, tests: [{ projectName: 'headless', status, results: [{ errors: message === undefined ? [] : [{ message }] }] }] })
    const inner = { file: 'chat.spec.ts', specs: [spec('second try', 'flaky', 'timed out'), spec('skipped here', 'skipped')] }
    const outer = { file: 'chat.spec.ts', specs: [spec('answers', 'expected'), spec('stops', 'unexpected', 'not stopped')], suites: [inner] }
    expect(readPlaywrightReport(fileWith({ stats: { expected: 4 }, suites: [outer] }), 1)).toEqual({
      passed: 4,
      failures: [{ test: '[headless] chat.spec.ts › stops', words: 'not stopped' }, { test: '[headless] chat.spec.ts › second try', words: 'timed out' }],
    })
  })

  it('has a failure when nothing was run', () => {
    expect(readPlaywrightReport(fileWith({ stats: { expected: 0 }, suites: [] }), 1).failures).toHaveLength(1)
  })
})
