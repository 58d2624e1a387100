import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Batch } from '@shared/domain/batch'
import { computeService } from '@shared/globus/services'
import { startOpenAiServer, type OpenAiServer } from '../../../doubles/openai-server/openai-server'
import { createBrowser } from '../../../doubles/globus/browse'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { ids } from '../../../doubles/globus/usual-world'
import { makeScratch, startServer, type TestServer } from '../../../fixtures/headless-server'
import { openClient, type TestClient } from '../../../fixtures/rpc-client'
import { until } from '../../../fixtures/until'
import { ada } from '../../identity/globus/desk'
import { endpoint } from './compute-cluster'

let release = (): void => undefined
let globus: Globus
let engine: OpenAiServer
let scratch: Awaited<ReturnType<typeof makeScratch>>
let server: TestServer
let client: TestClient
const connect = async (): Promise<void> => {
  server = await startServer(scratch.dataDir)
  client = await openClient(server.origin, { authorization: `Bearer ${server.core.ownerKey}` })
}
const disconnect = async (): Promise<void> => {
  client.socket.close()
  await server.core.close()
}
const configure = (model: object): Promise<void> => writeFile(join(scratch.dataDir, 'config.yaml'), stringify({ clusters: [{ name: 'sophia', kind: 'globus-compute', endpoint, site: 'alcf', pollS: 0.5, models: [{ model: 'm', ...model }] }] }))

beforeEach(async () => {
  engine = await startOpenAiServer({ models: ['m'] })
  globus = await startGlobus({ endpoints: [{ id: endpoint, name: 'sophia', owner: ids.ada, workersPerManager: 4 }], hasResultQueues: true })
  for (const [name, value] of Object.entries(globus.env)) vi.stubEnv(name, value)
  scratch = await makeScratch()
  await mkdir(scratch.dataDir)
  await configure({ url: engine.url, batch: { linesPerTask: 4, tasksAtOnce: 2 } })
  await connect()
  const begun = await client.core.accounts.signIn({ site: 'alcf', way: 'paste', scopes: [computeService.scope] })
  const answer = await createBrowser().authorize(begun.url, ada)
  await client.core.accounts.paste({ id: begun.id, code: answer.searchParams.get('code') ?? '' })
})
afterEach(async () => {
  await disconnect()
  await globus.close()
  await engine.close()
  await scratch.remove()
  vi.unstubAllEnvs()
})

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${server.origin}${path}`, { ...init, headers: { authorization: `Bearer ${server.core.ownerKey}` } })
async function submit(requests: number): Promise<string> {
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('file', new Blob(Array.from({ length: requests }, (_, index) => `${JSON.stringify({ custom_id: `q${index}`, method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content: `Number ${index}` }] } })}\n`)), 'numbers.jsonl')
  const file = (await (await ask('/v1/files', { method: 'POST', body: form })).json()) as { id: string }
  return (await client.core.batches.create({ fileId: file.id, endpoint: '/v1/chat/completions' })).id
}
const read = async (id: string): Promise<Batch | undefined> => (await client.core.batches.list()).find((one) => one.id === id)
async function completed(id: string): Promise<Batch> {
  let last: Batch | undefined
  await until('the batch is completed', async () => (last = await read(id))?.status === 'completed')
  return last!
}
async function answeredBy(batch: Batch): Promise<string[]> {
  const text = await (await ask(`/v1/files/${batch.outputFileId}/content`)).text()
  return text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { custom_id: string }).custom_id).sort()
}
const tenth = Array.from({ length: 10 }, (_, index) => `q${index}`)

it('a batch of the app is done on the cluster, over a restart, each request once', async () => {
  globus.compute.endpoints.set(endpoint, { holdUntil: new Promise<void>((resolve) => (release = resolve)) })
  const id = await submit(10)
  await until('two tasks are there', () => Promise.resolve(globus.compute.tasks.all().filter(({ function: { name } }) => name === 'first_desktop_batch').length === 2))
  await disconnect()
  await connect()
  release()
  const batch = await completed(id)
  expect(batch).toMatchObject({ total: 10, completed: 10, failed: 0, byCluster: { sophia: 10 } })
  expect(batch.note).toBeUndefined()
  expect(await answeredBy(batch)).toEqual(tenth)
  expect(engine.chats).toHaveLength(10)
  expect(globus.compute.tasks.all()).toHaveLength(3)
  expect(await readdir(join(scratch.dataDir, 'globus-compute', 'sophia.batches'))).toEqual([])
})

it('a batch that cannot be done in tasks of many is done request by request, which it says', async () => {
  // Python takes such an import at the head of a source only, where the function that does batches stands.
  const source = 'from __future__ import annotations\nimport json\ndef one(parameters):\n    text = parameters["model_params"]["messages"][0]["content"]\n    return json.dumps({"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})\n'
  await disconnect()
  await configure({ function: { source } })
  await connect()
  const batch = await completed(await submit(3))
  expect(batch.note).toMatch(/^The batch service of the cluster "sophia" refused the file \(.*SyntaxError.*\); its requests are sent one by one\.$/)
  expect(await answeredBy(batch)).toEqual(tenth.slice(0, 3))
  expect(await readdir(join(scratch.dataDir, 'globus-compute', 'sophia.batches'))).toEqual([])
})
