import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureElectron, type RuntimeSources } from '../../../scripts/lib/electron-runtime.mjs'
import { scratchFolder } from './scratch'

interface Asked {
  official: number
  assembled: number
}

/** A machine on which the official Electron can be had or not, and which notes what was asked of it. */
function createMachine({ reachable = false, version = '45.4.1' } = {}) {
  const root = scratchFolder()
  const cache = join(root, 'cache')
  const asked: Asked = { official: 0, assembled: 0 }
  const declare = (declared: string) => {
    mkdirSync(join(root, 'node_modules', 'electron'), { recursive: true })
    writeFileSync(join(root, 'node_modules', 'electron', 'package.json'), JSON.stringify({ version: declared }))
  }
  declare(version)
  let isFetched = false
  const sources: RuntimeSources = {
    officialDist: () => (isFetched ? join(root, 'official') : undefined),
    fetchOfficial: () => {
      asked.official += 1
      isFetched = reachable
      return Promise.resolve(reachable ? undefined : 'it is out of reach')
    },
    assemble: async (dist) => {
      asked.assembled += 1
      mkdirSync(dist)
      // Room for a second start to interfere.
      await new Promise((resolve) => setImmediate(resolve))
      writeFileSync(join(dist, 'electron'), '')
    },
  }
  const ensure = (options: { official?: boolean; platform?: string; sources?: RuntimeSources } = {}) =>
    ensureElectron({ root, cache, env: {}, platform: 'linux-x64', sources, ...options })
  return { asked, cache, declare, ensure, sources }
}

describe('the Electron runtime', () => {
  it('is the official one where it can be had', async () => {
    const { asked, ensure } = createMachine({ reachable: true })
    expect(await ensure()).toMatchObject({ kind: 'official' })
    expect(await ensure()).toMatchObject({ kind: 'official' })
    expect(asked).toEqual({ official: 1, assembled: 0 })
  })

  it('is assembled where not, and neither is tried again', async () => {
    const { asked, ensure } = createMachine()
    const first = await ensure()
    expect(first.kind).toBe('assembled')
    expect(existsSync(first.executable)).toBe(true)
    expect(await ensure()).toEqual(first)
    expect(asked).toEqual({ official: 1, assembled: 1 })
  })

  it('is looked for again when another version is declared, or when asked to', async () => {
    const { asked, declare, ensure } = createMachine()
    await ensure()
    declare('46.0.0')
    expect(await ensure()).toMatchObject({ kind: 'assembled' })
    expect(asked).toEqual({ official: 2, assembled: 1 })
    expect(await ensure({ official: true })).toMatchObject({ kind: 'assembled' })
    expect(asked).toEqual({ official: 3, assembled: 1 })
  })

  it('is assembled once by two starts at the same time', async () => {
    const { asked, ensure } = createMachine()
    const [one, other] = await Promise.all([ensure(), ensure()])
    expect(one).toEqual(other)
    expect(asked).toEqual({ official: 1, assembled: 1 })
  })

  it('is assembled anew when an earlier start was cut short, and leaves nothing half done', async () => {
    const { cache, ensure, sources } = createMachine()
    const cutShort: RuntimeSources = {
      ...sources,
      assemble: (dist) => {
        mkdirSync(dist)
        writeFileSync(join(dist, 'electron'), 'half')
        return Promise.reject(new Error('cut short'))
      },
    }
    await expect(ensure({ sources: cutShort })).rejects.toThrow('cut short')
    expect(readdirSync(join(cache, 'electron'))).toEqual([])
    // What a kill -9 leaves: a folder that nothing cleaned up.
    mkdirSync(join(cache, 'electron', 'electron-33.2.1-linux-x64-1.half', 'locales'), { recursive: true })
    const { dist } = await ensure()
    expect(readdirSync(dist)).toEqual(['electron'])
  })

  it('is refused with a way forward where none can be assembled', async () => {
    const { ensure } = createMachine()
    await expect(ensure({ platform: 'darwin-arm64' })).rejects.toMatchObject({
      message: 'Electron 45.4.1 for darwin-arm64 cannot be fetched: it is out of reach.',
      wayForward: expect.stringContaining('npm run serve') as string,
    })
  })

  it('is the one that ELECTRON_OVERRIDE_DIST_PATH names', async () => {
    expect(await ensureElectron({ env: { ELECTRON_OVERRIDE_DIST_PATH: '/opt/electron' } })).toMatchObject({ kind: 'given', dist: '/opt/electron' })
  })
})
