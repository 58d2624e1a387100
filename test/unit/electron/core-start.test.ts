import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Core, CoreOptions } from '@main/core/core'
import { startOnSomePort } from '@main/electron/core-start'
import { FirstError } from '@shared/errors'

let dataDir: string
let asked: (number | undefined)[]
const core = { port: 41_234 } as Core

/** A core whose port 3477 is taken by another program. */
function start({ overrides }: CoreOptions): Promise<Core> {
  asked.push(overrides.port)
  if (overrides.port !== 0) return Promise.reject(new FirstError('port_in_use', 'The port 3477 of 127.0.0.1 is in use by another program.'))
  return Promise.resolve(core)
}

const options = (overrides: CoreOptions['overrides'] = {}): CoreOptions => ({ dataDir, overrides }) as CoreOptions

beforeEach(async () => {
  asked = []
  dataDir = await mkdtemp(join(tmpdir(), 'first-core-start-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

describe('starting where the port is taken', () => {
  it('takes a free one when nobody named the port', async () => {
    await writeFile(join(dataDir, 'config.yaml'), 'version: 1\ngateway: { bodyLimitMb: 5 }\n')
    expect(await startOnSomePort(start, options())).toBe(core)
    expect(asked).toEqual([undefined, 0])
  })

  it('gives up when the configuration names the port', async () => {
    await writeFile(join(dataDir, 'config.yaml'), 'gateway:\n  port: 3477\n')
    await expect(startOnSomePort(start, options())).rejects.toThrow('in use')
    expect(asked).toEqual([undefined])
  })

  it('gives up when a flag names it', async () => {
    await expect(startOnSomePort(start, options({ port: 3477 }))).rejects.toThrow('in use')
    expect(asked).toEqual([3477])
  })

  it('does not try again after another error', async () => {
    const broken = (): Promise<Core> => Promise.reject(new FirstError('disk_full', 'The disk is full.'))
    await expect(startOnSomePort(broken, options())).rejects.toThrow('The disk is full.')
  })
})
