import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runInSight, runQuietly } from '../../../scripts/lib/processes.mjs'
import { scratchFolder } from './scratch'

describe('a command run out of sight', () => {
  it('gives its code, and what it printed also to the log', async () => {
    const logFile = join(scratchFolder(), 'logs', 'command.log')
    const outcome = await runQuietly(process.execPath, ['-e', 'console.log("a"); process.exitCode = 3'], { logFile })
    expect(outcome).toEqual({ code: 3, output: 'a\n', timedOut: false })
    expect(readFileSync(logFile, 'utf8')).toBe('a\n')
  })

  it('is ended when its time is up', async () => {
    const outcome = await runQuietly(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 50 })
    expect(outcome).toMatchObject({ code: 128 + 9, timedOut: true })
  })

  it('has code 127 when there is no such command', async () => {
    expect(await runQuietly('no-such-command-here', [])).toMatchObject({ code: 127, timedOut: false })
  })
})

describe('a command run in sight', () => {
  it('that a signal ended has the code a shell gives it', async () => {
    expect(await runInSight(process.execPath, ['-e', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'])).toBe(128 + 15)
  })
})
