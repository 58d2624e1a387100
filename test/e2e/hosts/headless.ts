import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type BrowserContext } from '@playwright/test'
import { freePort } from '../../fixtures/free-port'
import { childNamed } from '../processes'
import { hostArgs, isRoot, root, scratchEnv, type Launch, type Launched } from './host'

/** Starts the server, and a browser with a profile of its own at the address of the ready line. */
export async function launchHeadless(launch: Launch): Promise<Launched> {
  const { server, address } = await startServer(launch.port === 0 ? { ...launch, port: await freePort() } : launch)
  const profile = join(launch.home, 'browser')
  const context = await openBrowser(launch, profile)
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(address)
  return {
    page,
    roots: [server.pid ?? 0, childNamed(process.pid, profile)],
    port: Number(new URL(address).port),
    async quit() {
      await context.close()
      await endServer(server)
    },
  }
}

/** A browser with a profile of its own, so that it knows no cookie yet. */
export function openBrowser(launch: Launch, profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: process.env['FIRST_DESKTOP_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [...(isRoot ? ['--no-sandbox'] : []), '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    env: scratchEnv(launch),
    viewport: { width: 1280, height: 800 },
  })
}

/** Asks it to end, as a service manager does. */
export async function endServer(server: ChildProcess): Promise<void> {
  const exited = once(server, 'exit')
  server.kill('SIGTERM')
  await exited
}

export interface Server {
  readonly server: ChildProcess
  /** With the code that lets one browser in, once. */
  readonly address: string
}

/** Runs `first-desktop serve` until its ready line. */
export async function startServer(launch: Launch): Promise<Server> {
  const server = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', ...hostArgs(launch)], {
    cwd: root,
    env: scratchEnv(launch),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-8192)))
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /^FIRST Desktop is ready at (http:\S+)$/.exec(line)?.[1]
    if (address !== undefined) return { server, address }
  }
  throw new Error(`The server ended before it was ready:\n${log}`)
}
