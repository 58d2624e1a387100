import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { launchElectron } from './hosts/electron'
import { launchHeadless } from './hosts/headless'
import type { Launch, Launched } from './hosts/host'
import { alive, killAll, processTree, withVariable } from './processes'

export interface HostOptions {
  host: 'electron' | 'headless'
}

export interface StartOptions {
  readonly dataDir?: string
  /** Text of config.yaml, written before the start. */
  readonly config?: string
  readonly env?: Readonly<Record<string, string>>
  /** Absent: a free one. */
  readonly port?: Launch['port']
}

export interface App {
  readonly page: Page
  readonly dataDir: string
  readonly home: string
  readonly electron: ElectronApplication | undefined
  /** What the page's console called an error, and what it threw. */
  readonly problems: readonly string[]
  /** Origin of the gateway, without a path, once it answers. */
  gatewayUrl(): Promise<string>
  ownerKey(): Promise<string>
  /** The process that holds the core, then all that descend from it. */
  corePids(): number[]
  /** Quits in order. */
  stop(): Promise<void>
  /** SIGKILL for the whole tree at once; returns when none of it runs. */
  kill(): Promise<void>
  /** Starts again on the same data directory, after `stop` or `kill`. */
  start(): Promise<App>
}

export interface Apps {
  start(options?: StartOptions): Promise<App>
  /** The folder of this test; the data directory is `data` in it. */
  readonly scratch: string
  /** What `start` starts with, for a test that starts a process by itself. */
  launch(): Launch
}

/** The app in the host of this project, on a scratch data directory of this test. */
export const test = base.extend<HostOptions & { apps: Apps }>({
  host: ['electron', { option: true }],
  apps: async ({ host }, use, info) => {
    const scratch = await mkdtemp(join(tmpdir(), 'first-e2e-'))
    const home = join(scratch, 'home')
    await mkdir(join(home, 'run'), { recursive: true, mode: 0o700 })
    const running = new Map<Launched, Page>()
    await use({
      async start({ config, env = {}, port = 0, dataDir = join(scratch, 'data') } = {}) {
        if (config !== undefined) {
          await mkdir(dataDir, { recursive: true })
          await writeFile(join(dataDir, 'config.yaml'), config)
        }
        return startApp(host, { dataDir, home, env, port }, running)
      },
      scratch,
      launch: () => ({ dataDir: join(scratch, 'data'), home, env: {}, port: 0 }),
    })
    if (info.status !== info.expectedStatus)
      for (const page of running.values())
        await info.attach('window', { body: await page.screenshot(), contentType: 'image/png' }).catch(() => undefined) // it may be gone
    for (const launched of running.keys()) await endTree(launched)
    // Engines outlive an app that is killed, and are adopted by the next one: after the test there is none.
    const left = withVariable(`HOME=${home}`)
    killAll(left)
    await expect.poll(() => alive(left), { message: 'engines left after SIGKILL' }).toEqual([])
    await rm(scratch, { recursive: true, force: true })
  },
})

export { expect }

async function startApp(host: HostOptions['host'], launch: Launch, running: Map<Launched, Page>): Promise<App> {
  const launched = await (host === 'electron' ? launchElectron(launch) : launchHeadless(launch))
  running.set(launched, launched.page)
  const { page, electron } = launched
  const problems: string[] = []
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(String(error)))
  return {
    page,
    dataDir: launch.dataDir,
    home: launch.home,
    electron,
    problems,
    gatewayUrl: () => readGatewayUrl(launch.dataDir),
    ownerKey: async () => (await readFile(join(launch.dataDir, 'local.key'), 'utf8')).trim(),
    corePids: () => processTree(launched.roots[0]),
    async stop() {
      running.delete(launched)
      const pids = launched.roots.flatMap(processTree)
      await launched.quit()
      await expect.poll(() => alive(pids), { message: 'processes left after quitting' }).toEqual([])
    },
    async kill() {
      running.delete(launched)
      await endTree(launched)
    },
    start: () => startApp(host, { ...launch, port: launched.port }, running),
  }
}

async function endTree({ roots }: Launched): Promise<void> {
  const pids = roots.flatMap(processTree)
  killAll(pids)
  await expect.poll(() => alive(pids), { message: 'processes left after SIGKILL' }).toEqual([])
}

/** The core says in owner.json where it answers, once it does. */
async function readGatewayUrl(dataDir: string): Promise<string> {
  let url = ''
  const answers = async (): Promise<boolean> => {
    const text = await readFile(join(dataDir, 'owner.json'), 'utf8').catch(() => '{}')
    const { pid, url: announced } = JSON.parse(text) as { pid?: number; url?: string }
    url = announced ?? ''
    // One that was killed leaves its file behind.
    return url !== '' && alive([pid ?? 0]).length === 1
  }
  await expect.poll(answers, { message: 'the gateway does not answer' }).toBe(true)
  return url
}
