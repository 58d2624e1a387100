import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fetchOfficial, officialDist } from '../../../scripts/lib/electron-official.mjs'
import { scratchFolder } from './scratch'

/** A project whose package `electron` installs itself by running `installer`. */
function projectWith(installer: string): string {
  const root = scratchFolder()
  const folder = join(root, 'node_modules', 'electron')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '45.4.1' }))
  writeFileSync(join(folder, 'install.js'), installer)
  return root
}

const installs = (version: string) => `
const fs = require('node:fs')
fs.mkdirSync(__dirname + '/dist')
fs.writeFileSync(__dirname + '/dist/version', '${version}')
fs.writeFileSync(__dirname + '/path.txt', 'electron')
`

function attempt(root: string, options: { env?: NodeJS.ProcessEnv; reachable?: boolean } = {}) {
  const { env = {}, reachable = true } = options
  return fetchOfficial(root, { env, cache: join(root, 'cache'), reach: () => Promise.resolve(reachable) })
}

describe('the official Electron', () => {
  it('is there once its package has installed it', async () => {
    const root = projectWith(installs('45.4.1'))
    expect(officialDist(root)).toBeUndefined()
    expect(await attempt(root)).toBeUndefined()
    expect(officialDist(root)).toBe(join(root, 'node_modules', 'electron', 'dist'))
  })

  it('is not there while what is installed has another version', async () => {
    const root = projectWith(installs('44.0.0'))
    await attempt(root)
    expect(officialDist(root)).toBeUndefined()
  })

  it('is not asked for when the place it comes from does not answer', async () => {
    const root = projectWith(installs('45.4.1'))
    expect(await attempt(root, { reachable: false })).toBe('the place it is downloaded from is out of reach')
    expect(officialDist(root)).toBeUndefined()
  })

  it('is asked for whatever answers when there is a mirror or a proxy', async () => {
    const root = projectWith(installs('45.4.1'))
    expect(await attempt(root, { reachable: false, env: { ELECTRON_MIRROR: 'https://mirror.example/' } })).toBeUndefined()
  })

  it('is given up with the reason when its download fails', async () => {
    expect(await attempt(projectWith('console.error("ENOSPC: no space left"); process.exit(1)'))).toBe('the disk is full')
    expect(await attempt(projectWith('process.exit(1)'))).toMatch(/^its download failed \(.*electron-install\.log says how\)$/)
  })
})
