import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { Batch } from '@shared/domain/batch'
import { createSiteBatches, type SiteBatches } from '../../doubles/first-site/batches'
import { createBrowser } from '../../doubles/globus/browse'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { siteIds, usualSite } from '../../doubles/globus/usual-site'
import { ids } from '../../doubles/globus/usual-world'
import { makeScratch, startServer } from '../../fixtures/headless-server'
import { openClient, type TestClient } from '../../fixtures/rpc-client'
import { until } from '../../fixtures/until'
import { ada } from '../identity/globus/desk'
import { startGuardedSite, type GuardedSite } from '../identity/globus/guarded-site'

export const model = 'org/chat'

/** The running app. */
export interface Host {
  readonly origin: string
  readonly ownerKey: string
  stop(): Promise<void>
  /** As a power cut would end it. */
  kill?(): Promise<void>
}
type StartHost = (started: { readonly dataDir: string; readonly env: Readonly<Record<string, string>>; readonly onLog: (line: string) => void }) => Promise<Host>

interface StagedSiteOptions {
  /** Absent: in this process. */
  readonly startHost?: StartHost
  /** False: the site has no `data/staging`. */
  readonly hasStaging?: boolean
}

const inThisProcess: StartHost = async ({ dataDir, onLog }) => {
  const { origin, core } = await startServer(dataDir, { logStream: { write: onLog } })
  return { origin, ownerKey: core.ownerKey, stop: () => core.close() }
}

/** The app with a FIRST site that does batches, whose collection is below `/eagle/` of its file system. */
export interface StagedSite {
  readonly globus: Globus
  readonly alcf: GuardedSite
  readonly batches: SiteBatches
  readonly dataDir: string
  client: TestClient
  /** Signs in through the pages of Globus, and agrees to what they list. */
  signIn(): Promise<void>
  /** A batch with so many requests; its id. */
  submit(requests: number): Promise<string>
  batch(id: string): Promise<Batch | undefined>
  reaches(id: string, status: Batch['status']): Promise<Batch>
  waits(id: string, words: RegExp): Promise<void>
  /** Lines of its results. */
  answers(id: string): Promise<readonly { readonly custom_id: string; readonly response: { readonly body: unknown } | null }[]>
  /** Files of Ada's folder at the site. */
  there(): Promise<readonly string[]>
  log(): string
  /** Another `staging` of the cluster, from the next start on. */
  configure(staging: object): Promise<void>
  restart(): Promise<void>
  killAndStart(): Promise<void>
  close(): Promise<void>
}

export async function startStagedSite(staging: object = { root: '/eagle/' }, { startHost = inThisProcess, hasStaging = true }: StagedSiteOptions = {}): Promise<StagedSite> {
  const globus = await startGlobus(usualSite)
  for (const [name, value] of Object.entries(globus.env)) vi.stubEnv(name, value)
  const scratch = await makeScratch()
  await mkdir(scratch.dataDir)
  const fileSystem = join(scratch.dataDir, '..', 'file-system')
  await mkdir(fileSystem)
  await symlink(globus.folderOf(siteIds.staging), join(fileSystem, 'eagle'))
  const batches = createSiteBatches({ folder: fileSystem, ...(hasStaging && { stage: () => globus.stage(siteIds.staging, ids.ada) }) })
  const alcf = await startGuardedSite(globus, { clusters: [{ name: 'sophia', frameworks: { vllm: [model] } }], batches })
  const configure = (settings: object): Promise<void> => writeFile(join(scratch.dataDir, 'config.yaml'), `clusters: [{ name: alcf, kind: first, url: "${alcf.url}", site: alcf, staging: ${JSON.stringify(settings)} }]\n`)
  await configure(staging)
  let lines = ''
  const start = (): Promise<Host> => startHost({ dataDir: scratch.dataDir, env: globus.env, onLog: (line) => (lines += line) })
  let host = await start()
  const connect = (): Promise<TestClient> => openClient(host.origin, { authorization: `Bearer ${host.ownerKey}` })
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${host.origin}${path}`, { ...init, headers: { authorization: `Bearer ${host.ownerKey}` } })
  const startAgain = async (end: () => Promise<void>): Promise<void> => {
    site.client.socket.close()
    await end()
    host = await start()
    site.client = await connect()
  }

  const site: StagedSite = {
    globus,
    alcf,
    batches,
    dataDir: scratch.dataDir,
    client: await connect(),
    async signIn() {
      const { id, url } = await site.client.core.accounts.signIn({ site: 'alcf', way: 'paste' })
      const answer = await createBrowser().authorize(url, ada)
      await site.client.core.accounts.paste({ id, code: answer.searchParams.get('code') ?? '' })
      await until('the models of the site are known', async () => (await (await ask('/v1/models')).text()).includes(model))
    },
    async submit(requests) {
      const jsonl = Array.from({ length: requests }, (_, index) => JSON.stringify({ custom_id: `q${index}`, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: `Number ${index}` }] } })).join('\n')
      const form = new FormData()
      form.set('purpose', 'batch')
      form.set('file', new Blob([jsonl]), 'numbers.jsonl')
      const file = (await (await ask('/v1/files', { method: 'POST', body: form })).json()) as { id: string }
      return (await site.client.core.batches.create({ fileId: file.id, endpoint: '/v1/chat/completions' })).id
    },
    batch: async (id) => (await site.client.core.batches.list()).find((one) => one.id === id),
    async reaches(id, status) {
      let last: Batch | undefined
      await until(`the batch is ${status}`, async () => (last = await site.batch(id))?.status === status).catch((cause: unknown) => {
        throw new Error(`the batch is not ${status}: ${JSON.stringify(last)}`, { cause })
      })
      return last!
    },
    async waits(id, words) {
      let last: Batch | undefined
      await until(`the batch waits: ${words}`, async () => words.test((last = await site.batch(id))?.waits ?? '')).catch((cause: unknown) => {
        throw new Error(`the batch does not wait so: ${JSON.stringify(last)}`, { cause })
      })
    },
    async answers(id) {
      const { outputFileId } = (await site.batch(id)) ?? {}
      const text = await (await ask(`/v1/files/${outputFileId}/content`)).text()
      return text.trimEnd().split('\n').map((line) => JSON.parse(line) as { custom_id: string; response: { body: unknown } })
    },
    there: async () => readdir(join(globus.folderOf(siteIds.staging), 'user-staging', ids.ada)).catch(() => []),
    log: () => lines,
    async configure(settings) {
      await configure(settings)
      await site.restart()
    },
    restart: () => startAgain(() => host.stop()),
    killAndStart: () => startAgain(async () => host.kill?.()),
    async close() {
      site.client.socket.close()
      await host.stop()
      await alcf.close()
      await globus.close()
      await scratch.remove()
      vi.unstubAllEnvs()
    },
  }
  return site
}
