import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { call } from '@orpc/server'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { startOpenAiServer, type OpenAiServer } from '../../../doubles/openai-server/openai-server'
import { ids } from '../../../doubles/globus/usual-world'
import { startSite, type SiteUnderTest } from '../../../fixtures/site-under-test'
import { until } from '../../../fixtures/until'
import { labAccess, tokenOf } from './lab'

let globus: Globus
let server: OpenAiServer
let site: SiteUnderTest

const config = (access: object = {}): object => ({ clusters: [{ name: 'there', kind: 'direct', url: server.url, profile: 'other' }], access: { globus: labAccess({ sessionS: 3_600, ...access }) } })
const as = (token: string): OpenAI => new OpenAI({ apiKey: token, baseURL: `${site.core.url}/v1`, maxRetries: 0 })
const line = (id: string): string => JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content: id }] } })
const batchOf = async (token: string): Promise<string> => {
  const { id } = await as(token).files.create({ file: new File([['a', 'b', 'c'].map(line).join('\n')], 'three.jsonl'), purpose: 'batch' })
  return (await as(token).batches.create({ input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' })).id
}
const batchNow = async (id: string) => (await call(site.core.router.batches.list, undefined)).find((batch) => batch.id === id)

beforeAll(async () => {
  server = await startOpenAiServer({ models: ['m'] })
})
beforeEach(async () => {
  globus = await startGlobus()
  Object.assign(process.env, globus.env, { LAB_SECRET: ids.labSecret })
  site = await startSite(config(), { clock: { now: () => globus.clock.nowMs() } })
  await site.clusters()
})
afterEach(async () => {
  await site.close()
  await globus.close()
  for (const name of [...Object.keys(globus.env), 'LAB_SECRET']) Reflect.deleteProperty(process.env, name)
  server.behave({ kind: 'answer' })
})
afterAll(() => server.close())

it('a batch belongs to the person who sent it, and nobody else sees it', async () => {
  const [ada, grace] = [tokenOf(globus, 'ada@anl.gov'), tokenOf(globus, 'grace@uchicago.edu')]
  const id = await batchOf(ada)
  await until('it is done', async () => (await as(ada).batches.retrieve(id)).status === 'completed')
  expect((await as(ada).batches.list()).data).toHaveLength(1)
  expect((await as(grace).batches.list()).data).toEqual([])
  await expect(as(grace).batches.retrieve(id)).rejects.toMatchObject({ status: 404 })
})

it('a batch goes on without its owner, also after a restart', async () => {
  server.behave({ kind: 'hang' })
  const id = await batchOf(tokenOf(globus, 'ada@anl.gov'))
  await until('it runs', async () => (await batchNow(id))?.status === 'in_progress')
  server.behave({ kind: 'answer' })
  await site.restart()
  await until('it is done', async () => (await batchNow(id))?.status === 'completed')
  expect(globus.calls.count('auth', 'POST /v2/oauth2/token/introspect')).toBe(1)
})

it('a batch waits when the session of its owner is over, and goes on by itself when they come again', async () => {
  server.behave({ kind: 'hang' })
  const id = await batchOf(tokenOf(globus, 'ada@anl.gov'))
  await until('it runs', async () => (await batchNow(id))?.status === 'in_progress')
  server.behave({ kind: 'answer' })
  globus.clock.advance({ hours: 2 })
  await site.restart()
  await until('it waits for its owner', async () => JSON.stringify(await batchNow(id)).includes('sign in again'))
  expect((await as(tokenOf(globus, 'ada@anl.gov')).batches.retrieve(id)).request_counts).toMatchObject({ completed: 0 })
  await until('it is done', async () => (await batchNow(id))?.status === 'completed')
  expect(await batchNow(id)).toMatchObject({ completed: 3, failed: 0 })
})

it('who came in has a name in the records, and who was refused is told to the window', async () => {
  const ada = tokenOf(globus, 'ada@anl.gov')
  await as(ada).chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'hi' }] })
  await expect(as(tokenOf(globus, 'linus@orcid.org')).models.list()).rejects.toMatchObject({ status: 401 })
  const { rows } = await call(site.core.router.records.recent, { limit: 10 })
  expect(rows).toContainEqual(expect.objectContaining({ identity: ids.ada, identityName: 'ada@anl.gov' }))
  expect(await call(site.core.router.gateway.refused, undefined)).toMatchObject([{ name: 'linus@orcid.org', status: 401, reason: expect.stringContaining('Must authenticate with') as string }])
})

it('neither tokens nor the secret of the gateway stand in the log or in the data', async () => {
  const tokens = [tokenOf(globus, 'ada@anl.gov'), tokenOf(globus, 'linus@orcid.org')]
  for (const token of tokens) await fetch(`${site.core.url}/resource_server/whoami`, { headers: { authorization: `Bearer ${token}` } })
  globus.faults.set('auth', 'POST /v2/oauth2/token/introspect', { kind: 'reset' })
  globus.clock.advance({ minutes: 2 })
  for (const token of tokens) await fetch(`${site.core.url}/resource_server/whoami`, { headers: { authorization: `Bearer ${token}` } })
  await site.core.close()
  const everything = (await filesOf(site.dataDir)).join('\n')
  expect(everything).toContain('ada@anl.gov')
  for (const secret of [...tokens, ids.labSecret]) expect(everything).not.toContain(secret)
})

/** What stands in every file below a folder, as text. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')))
}
