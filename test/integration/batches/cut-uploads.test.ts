import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { request, type ClientRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { startCli, type Running } from '../../fixtures/cli-process'
import { until } from '../../fixtures/until'

let app: BuiltApp
let folder: string
let running: Running | undefined
beforeAll(async () => {
  app = await buildApp()
  folder = await mkdtemp(join(tmpdir(), 'first-cut-'))
  await mkdir(join(folder, 'data'), { mode: 0o700 })
})
afterAll(async () => {
  await kill()
  await app.remove()
  await rm(folder, { recursive: true, force: true })
})

async function start(): Promise<{ readonly origin: string; readonly key: string; readonly client: OpenAI }> {
  const dataDir = join(folder, 'data')
  running = startCli(app, ['serve', '--port', '0', '--data-dir', dataDir], { env: { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder } })
  const { origin } = new URL((await running.readyLine).replace(/^.* at /, ''))
  const key = (await readFile(join(dataDir, 'local.key'), 'utf8')).trim()
  return { origin, key, client: new OpenAI({ baseURL: `${origin}/v1`, apiKey: key, maxRetries: 0 }) }
}
async function kill(): Promise<void> {
  running?.kill('SIGKILL')
  await running?.ended
}
const onDisk = (): Promise<string[]> => readdir(join(folder, 'data/files')).catch(() => [])

/** Sends the beginning of a file, and then nothing. */
function beginUpload(origin: string, key: string): ClientRequest {
  const sent = request(`${origin}/v1/files`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=x', 'content-length': 2 ** 24 } })
  sent.on('error', () => undefined)
  sent.write('--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n')
  sent.write('{"custom_id":"a"}\n'.repeat(10_000))
  return sent
}

test('a file whose way here was cut leaves nothing, whether the line broke or the machine died', async () => {
  const first = await start()
  const broken = beginUpload(first.origin, first.key)
  await until('it is coming in', async () => (await onDisk()).length === 1)
  broken.destroy()
  await until('it is gone', async () => (await onDisk()).length === 0)

  const dying = beginUpload(first.origin, first.key)
  await until('it is coming in', async () => (await onDisk()).length === 1)
  await kill()
  if (!dying.destroyed) await once(dying, 'close')

  const { client } = await start()
  await until('what was left is gone', async () => (await onDisk()).length === 0)
  expect((await client.files.list()).data).toEqual([])
  const whole = '{"custom_id":"a"}\n'.repeat(10_000)
  const { id } = await client.files.create({ file: await toFile(Buffer.from(whole), 'a.jsonl'), purpose: 'batch' })
  expect((await client.files.list()).data).toHaveLength(1)

  const begun = await client.files.content(id)
  await begun.body?.getReader().read()
  await kill()
  const again = await start()
  expect(await (await again.client.files.content(id)).text()).toBe(whole)
})
