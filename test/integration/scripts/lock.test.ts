import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withLock } from '../../../scripts/lib/lock.mjs'
import { scratchFolder } from './scratch'

/** Appends "in" and "out" to a file, under a lock, with time between them for another process to slip in. */
const worker = `
const [module, file, log] = process.argv.slice(1)
const { withLock } = await import(module)
const { appendFileSync } = await import('node:fs')
await withLock(file, async () => {
  appendFileSync(log, 'in ')
  await new Promise((resolve) => setTimeout(resolve, 50))
  appendFileSync(log, 'out ')
})
`

async function work(file: string, log: string): Promise<void> {
  await once(spawn(process.execPath, ['--input-type=module', '-e', worker, resolve('scripts/lib/lock.mjs'), file, log], { stdio: 'inherit' }), 'close')
}

describe('a lock', () => {
  it('lets one process at a time do its work', async () => {
    const folder = scratchFolder()
    const log = join(folder, 'log')
    await Promise.all(Array.from({ length: 4 }, () => work(join(folder, 'lock'), log)))
    expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(4))
  })

  it('is taken over from a process that died', async () => {
    const file = join(scratchFolder(), 'lock')
    const dead = spawn(process.execPath, ['-e', ''])
    await once(dead, 'close')
    writeFileSync(file, String(dead.pid))
    await expect(withLock(file, () => Promise.resolve('done'))).resolves.toBe('done')
  })

  it.each(['', 'half a numb', '0'])('is taken over when a power cut left "%s" in it', async (text) => {
    const file = join(scratchFolder(), 'lock')
    writeFileSync(file, text)
    await expect(withLock(file, () => Promise.resolve('done'))).resolves.toBe('done')
  })

  it('is given back when the work fails', async () => {
    const file = join(scratchFolder(), 'lock')
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(existsSync(file)).toBe(false)
  })
})
