import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { withDisplay } from '../../../scripts/lib/display.mjs'
import { scratchFolder } from './scratch'

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface FixtureProject {
  readonly folder: string
  /** How often the app was built. */
  builds(): number
  write(file: string, text: string): void
  /** Starts one of the project's scripts, with no display unless `display`. */
  start(script: string, args: readonly string[], options?: { env?: NodeJS.ProcessEnv; display?: boolean }): ChildProcess
  run(script: string, args: readonly string[], options?: { env?: NodeJS.ProcessEnv; display?: boolean }): Promise<Run>
}

/** A headless host that says that it is ready and, unless told to end with a code, serves until it is asked to stop. */
const cli = `
const [command, ...args] = process.argv.slice(2)
process.on('SIGTERM', () => { process.stderr.write('closed cleanly\\n'); process.exit(0) })
process.stderr.write('asked: ' + [command, ...args].join(' ') + '\\n')
process.stdout.write('FIRST Desktop is ready at http://127.0.0.1:3477/?code=abc\\n')
if (args[0] === '--exit') process.exit(Number(args[1]))
setInterval(() => {}, 1000)
`

/** A window's host that prints what Electron told it, and ends. */
const electron = `
import { app } from 'electron'
app.once('ready', () => {
  process.stdout.write(JSON.stringify({ name: app.getName(), version: app.getVersion(), args: process.argv.slice(1), defaultApp: process.defaultApp }) + '\\n')
  app.exit(7)
})
`

/** Stands in for the real build, which takes seconds and the whole of the sources. */
const electronVite = `
const fs = require('node:fs')
fs.appendFileSync('builds.log', 'built\\n')
if (fs.readFileSync('src-main/app.ts', 'utf8').includes('broken')) { console.error('app.ts:1 is broken'); process.exit(1) }
for (const folder of ['out/main', 'out/preload', 'out/renderer']) fs.mkdirSync(folder, { recursive: true })
fs.copyFileSync('src-main/cli.js', 'out/main/cli.js')
fs.copyFileSync('src-main/electron.js', 'out/main/electron.js')
fs.writeFileSync('out/renderer/index.html', '')
`

/** A small project with the real scripts, whose one dependency comes from its own folder, so that npm needs no network. */
export function createFixtureProject(): FixtureProject {
  const folder = scratchFolder()
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const manifest = { name: 'fixture', version: '1.2.3', type: 'module', main: 'out/main/electron.js', dependencies: { 'electron-vite': 'file:doubles/electron-vite' } }
  write('package.json', JSON.stringify(manifest))
  write('package-lock.json', lockFile('1.2.3'))
  write('doubles/electron-vite/package.json', JSON.stringify({ name: 'electron-vite', version: '6.0.0' }))
  write('doubles/electron-vite/bin/electron-vite.js', electronVite)
  write('src-main/app.ts', '')
  write('src-main/cli.js', cli)
  write('src-main/electron.js', electron)
  cpSync(resolve('scripts'), join(folder, 'scripts'), { recursive: true })

  const start: FixtureProject['start'] = (script, args, { env = {}, display = false } = {}) => {
    const hidden = display ? {} : { DISPLAY: '', WAYLAND_DISPLAY: '' }
    const command = [process.execPath, join(folder, 'scripts', 'run.mjs'), script, ...args] as const
    const [program, all] = display ? withDisplay(command[0], command.slice(1)) : [command[0], command.slice(1)]
    const child = spawn(program, all, {
      cwd: folder,
      detached: true, // a group of its own, so that nothing of it outlives a test that fails
      env: { ...process.env, ...hidden, FIRST_DESKTOP_CACHE: join(folder, 'cache'), ...env },
    })
    onTestFinished(() => endGroup(child))
    return child
  }

  return {
    folder,
    write,
    start,
    builds: () => (existsSync(join(folder, 'builds.log')) ? readFileSync(join(folder, 'builds.log'), 'utf8').trim().split('\n').length : 0),
    run: (script, args, options) => outcomeOf(start(script, args, options)),
  }
}

/** The lock file of the fixture; another `version` makes it another file with the same packages. */
export function lockFile(version: string): string {
  return JSON.stringify({
    name: 'fixture',
    version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'fixture', version, dependencies: { 'electron-vite': 'file:doubles/electron-vite' } },
      'doubles/electron-vite': { version: '6.0.0' },
      'node_modules/electron-vite': { resolved: 'doubles/electron-vite', link: true },
    },
  })
}

/** What a process printed and how it ended. */
export function outcomeOf(child: ChildProcess): Promise<Run> {
  return new Promise((resolveRun, reject) => {
    const printed = { stdout: '', stderr: '' }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text))
    child.once('error', reject)
    child.once('close', (code) => resolveRun({ code: code ?? -1, ...printed }))
  })
}

function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL')
}
