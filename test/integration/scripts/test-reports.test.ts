import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPlaywrightReport, readVitestReport } from '../../../scripts/lib/test-reports.mjs'
import { scratchFolder } from './scratch'

function fileWith(report: unknown): string {
  const file = join(scratchFolder(), 'report.json')
  writeFileSync(file, JSON.stringify(report))
  return file
}

describe('the tally of a run of Vitest', () => {
  it('counts tests', () => {
    expect(readVitestReport(fileWith({ numPassedTests: 5, numFailedTests: 2, testResults: [] }), 1)).toEqual({ passed: 5, failed: 2 })
  })

  it('counts a file that could not be loaded as a failure', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }, { status: 'passed', assertionResults: [{}] }]
    expect(readVitestReport(fileWith({ numPassedTests: 1, numFailedTests: 0, testResults }), 1)).toEqual({ passed: 1, failed: 1 })
  })

  it('has a failure when the run ended badly though no test did', () => {
    expect(readVitestReport(fileWith({ numPassedTests: 5, numFailedTests: 0, testResults: [] }), 1)).toEqual({ passed: 5, failed: 1 })
  })

  it('has a failure when there is no report', () => {
    expect(readVitestReport(join(scratchFolder(), 'none.json'), 0)).toEqual({ passed: 0, failed: 1 })
  })
})

describe('the tally of a run of Playwright', () => {
  it('takes a test that passed only on a second try as failed', () => {
    expect(readPlaywrightReport(fileWith({ stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 0 } }), 1)).toEqual({ passed: 4, failed: 2 })
  })

  it('has a failure when nothing was run', () => {
    expect(readPlaywrightReport(fileWith({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }), 1)).toEqual({ passed: 0, failed: 1 })
  })
})
