import { cp, lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { hasOwnDisplays, startDisplay } from './display'
import { launchElectron } from './hosts/electron'
import { launchHeadless } from './hosts/headless'
import type { Launch, Launched } from './hosts/host'
import { alive, killAll, processTree, withVariable } from './processes'

export interface HostOptions {
  host: 'electron' | 'headless'
}

/** What all tests of a worker share. */
export interface WorkerFixtures extends HostOptions {
  /** Variables that lead to where its windows are shown. */
  display: Readonly<Record<string, string>>
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
  /** Of the page, where that comes from the gateway: it keeps its database with it. */
  readonly port: number
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

/** An app that does not run, and what it has left. */
export type StoppedApp = Pick<App, 'dataDir' | 'home' | 'electron' | 'start'>

export interface Apps {
  start(options?: StartOptions): Promise<App>
  /** All that an app of another test has left, as if it had run in this one; it is stopped, and stays as it is. */
  copy(app: App): Promise<StoppedApp>
  /** The folder of this test; the data directory is `data` in it. */
  readonly scratch: string
  /** What `start` starts with, for a test that starts a process by itself. */
  launch(): Launch
}

interface OpenApps extends Apps {
  pages(): Iterable<Page>
  /** Ends what runs, and removes the folder. */
  close(): Promise<void>
}

/** The app in the host of this project, on a scratch data directory of this test. */
export const test = base.extend<{ apps: Apps }, WorkerFixtures>({
  host: ['electron', { option: true, scope: 'worker' }],
  display: [
    async ({ host }, use, { config: { workers } }) => {
      const isShared = host === 'headless' || !hasOwnDisplays || (workers === 1 && process.env['DISPLAY'] !== undefined)
      const display = isShared ? undefined : await startDisplay()
      await use(display?.env ?? {})
      await display?.stop()
    },
    { scope: 'worker' },
  ],
  apps: async ({ host, display }, use, info) => {
    const apps = await openApps({ host, display })
    await use(apps)
    if (info.status !== info.expectedStatus)
      for (const page of apps.pages())
        await info.attach('window', { body: await page.screenshot(), contentType: 'image/png' }).catch(() => undefined) // it may be gone
    await apps.close()
  },
})

/** For a fixture that outlives a test; `test` has one for each. */
export async function openApps({ host, display }: WorkerFixtures): Promise<OpenApps> {
  const scratch = await mkdtemp(join(tmpdir(), 'first-e2e-'))
  const home = join(scratch, 'home')
  await mkdir(join(home, 'run'), { recursive: true, mode: 0o700 })
  const running = new Map<Launched, Page>()
  const launch: Launch = { dataDir: join(scratch, 'data'), home, env: display, port: 0 }
  return {
    async start({ config, env = {}, port = 0, dataDir = launch.dataDir } = {}) {
      if (config !== undefined) {
        await mkdir(dataDir, { recursive: true })
        await writeFile(join(dataDir, 'config.yaml'), config)
      }
      return startApp(host, { dataDir, home, env: { ...display, ...env }, port }, running)
    },
    async copy({ dataDir, home: otherHome, electron, port }) {
      await copyFolder(dataDir, launch.dataDir)
      await copyFolder(otherHome, home)
      return { dataDir: launch.dataDir, home, electron, start: () => startApp(host, { ...launch, port }, running) }
    },
    scratch,
    launch: () => launch,
    pages: () => running.values(),
    async close() {
      for (const launched of running.keys()) await endTree(launched)
      // Engines outlive an app that is killed, and are adopted by the next one: after the test there is none.
      const left = withVariable(`HOME=${home}`)
      killAll(left)
      await expect.poll(() => alive(left), { message: 'engines left after SIGKILL' }).toEqual([])
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

export { expect }

/** Without what belongs to processes: sockets and locks. */
function copyFolder(from: string, to: string): Promise<void> {
  const isPlain = async (path: string): Promise<boolean> => {
    const entry = await lstat(path)
    return entry.isFile() || entry.isDirectory()
  }
  return cp(from, to, { recursive: true, filter: isPlain })
}

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
    port: launched.port,
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
