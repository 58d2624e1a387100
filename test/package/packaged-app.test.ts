import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { listPackage } from '@electron/asar'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { ensureBuilt } from '../../scripts/lib/build.mjs'
import { withDisplay } from '../../scripts/lib/display.mjs'
import { ensureElectron } from '../../scripts/lib/electron-runtime.mjs'
import { packageApp } from '../../scripts/lib/package-app.mjs'
import { sandboxSwitches } from '../../scripts/lib/sandbox.mjs'

// The bytes of the fuse wire in the executable.
const on = '1'
const off = '0'
const output = mkdtempSync(join(tmpdir(), 'first-desktop-package-'))
let app = ''

beforeAll(async () => {
  await ensureBuilt(resolve('.'))
  expect(await packageApp(resolve('.'), await ensureElectron(), [`-c.directories.output=${output}`])).toBe(0)
  app = join(output, readdirSync(output).find((name) => name.includes('unpacked') || name.startsWith('mac')) ?? '')
})

afterAll(() => rmSync(output, { recursive: true, force: true }))

/** The folder inside the packaged app that holds its archive. */
function resources(): string {
  return process.platform === 'darwin' ? join(app, 'FIRST Desktop.app', 'Contents', 'Resources') : join(app, 'resources')
}

function executable(): string {
  if (process.platform === 'darwin') return join(app, 'FIRST Desktop.app', 'Contents', 'MacOS', 'FIRST Desktop')
  return join(app, process.platform === 'win32' ? 'FIRST Desktop.exe' : 'first-desktop')
}

describe('the packaged app', () => {
  it.each([
    ['does not run as plain Node', FuseV1Options.RunAsNode, off],
    ['encrypts its cookies', FuseV1Options.EnableCookieEncryption, on],
    ['ignores NODE_OPTIONS', FuseV1Options.EnableNodeOptionsEnvironmentVariable, off],
    ['takes no debugger', FuseV1Options.EnableNodeCliInspectArguments, off],
    ['checks the integrity of its archive', FuseV1Options.EnableEmbeddedAsarIntegrityValidation, on],
    ['loads code from its archive only', FuseV1Options.OnlyLoadAppFromAsar, on],
    ['grants file: pages no more than a browser does', FuseV1Options.GrantFileProtocolExtraPrivileges, off],
  ])('%s', async (_, fuse, state) => {
    const wire = await getCurrentFuseWire(executable())
    expect(String.fromCharCode(wire[fuse] ?? 0)).toBe(state)
  })

  it('holds the built app, its help pages and its manifest, and neither sources nor tests', () => {
    const files = listPackage(join(resources(), 'app.asar'), { isPack: false })
    expect(files).toEqual(expect.arrayContaining(['/package.json', '/out/main/electron.js', '/out/main/swagger-ui/swagger-ui-bundle.js', '/out/renderer/index.html', '/resources/help']))
    expect(files.filter((file) => /^\/(src-|test|scripts)/.test(file))).toEqual([])
  })

  it('keeps native code where the system can load it', () => {
    expect(existsSync(join(resources(), 'app.asar.unpacked', 'node_modules'))).toBe(true)
  })

  it('starts, with its native code, and answers at its gateway', async () => {
    const dataDir = join(output, 'data')
    const [command, args] = withDisplay(executable(), [...sandboxSwitches(app), '--data-dir', dataDir, '--port', '0'])
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    onTestFinished(() => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    })
    await expect.poll(() => readyUrl(join(dataDir, 'logs')), { timeout: 30_000 }).toBeDefined()
    const health = await fetch(`${readyUrl(join(dataDir, 'logs')) ?? ''}/health`)
    expect(health.status).toBe(200)
    process.kill(ownerSchema.parse(JSON.parse(readFileSync(join(dataDir, 'owner.json'), 'utf8'))).pid, 'SIGTERM')
    const [code] = (await once(child, 'close')) as [number | null]
    expect(code).toBe(0)
  })
})

const ownerSchema = z.object({ pid: z.number() })
const logLine = z.object({ message: z.string(), url: z.string().optional() })

/** The address that the app's log gives once it is ready. */
function readyUrl(logs: string): string | undefined {
  if (!existsSync(logs)) return undefined
  const lines = readdirSync(logs).flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n').filter((line) => line.endsWith('}')))
  return lines.map((line) => logLine.parse(JSON.parse(line))).find(({ message }) => message === 'ready')?.url
}
