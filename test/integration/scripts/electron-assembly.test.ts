import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { assembled, assembleRuntime } from '../../../scripts/lib/electron-assembly.mjs'
import { withDisplay } from '../../../scripts/lib/display.mjs'
import { scratchFolder } from './scratch'

const run = promisify(execFile)

/** Runs an Electron in a display and returns what it printed to stdout. */
async function electron(dist: string, args: readonly string[]): Promise<string> {
  const [command, all] = withDisplay(join(dist, 'electron'), ['--no-sandbox', ...args])
  return (await run(command, all)).stdout
}

const tinyApp = `
import { app } from 'electron'
app.once('ready', () => {
  process.stdout.write(JSON.stringify({ electron: process.versions.electron, name: app.getName(), path: app.getAppPath(), required: globalThis.required }) + '\\n')
  app.exit(0)
})
`

describe('an archive that is not what was published', () => {
  it('is refused, and nothing of it is left', async () => {
    const folder = scratchFolder()
    const fetchArchive = (downloads: string) => {
      const file = join(downloads, 'package.tgz')
      writeFileSync(file, 'something else')
      return Promise.resolve(file)
    }
    await expect(assembleRuntime(join(folder, 'dist'), { fetchArchive })).rejects.toThrow('its checksum differs')
    expect(readdirSync(folder)).toEqual([])
  })
})

describe.runIf(`${process.platform}-${process.arch}` === assembled.platform)('the assembled runtime', () => {
  it('is a whole Electron that runs the application it is given', async () => {
    const folder = scratchFolder()
    const dist = join(folder, 'dist')
    await assembleRuntime(dist)
    expect(readdirSync(folder)).not.toContain('dist.download')
    expect(existsSync(join(dist, 'browser_v8_context_snapshot.bin'))).toBe(false)
    expect(readdirSync(join(dist, 'resources'))).toEqual(['default_app.asar'])
    expect((await electron(dist, ['--version'])).trim()).toBe(`v${assembled.electron}`)

    const app = join(folder, 'app')
    mkdirSync(app)
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'tiny', type: 'module', main: 'main.js' }))
    writeFileSync(join(app, 'main.js'), tinyApp)
    writeFileSync(join(folder, 'before.cjs'), 'globalThis.required = true')
    const told = JSON.parse(await electron(dist, ['-r', join(folder, 'before.cjs'), app])) as unknown
    expect(told).toEqual({ electron: assembled.electron, name: 'tiny', path: app, required: true })
  }, 300_000)
})
