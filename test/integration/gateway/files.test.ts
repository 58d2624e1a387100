import { once } from 'node:events'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { toFile, type OpenAI } from 'openai'
import { Cancellation } from '@main/gateway/cancellation'
import { readUpload } from '@main/gateway/files/read-upload'
import type { Identity } from '@shared/domain/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mountSmallDisk } from '../../fixtures/small-disk'
import { until } from '../../fixtures/until'
import { ownerKey, startGateway, type GatewayUnderTest } from './gateway-fixture'

const other: Identity = { kind: 'key', id: 'key-other', name: 'other' }
const narrow: Identity = { kind: 'key', id: 'key-narrow', name: 'narrow' }
const requests = '{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[]}}\n'

let gateway: GatewayUnderTest
let client: OpenAI
beforeAll(async () => {
  gateway = await startGateway({ config: { batches: { maxFileMb: 1, quotaGb: 0.003 } }, identities: { 'fd-other': other, 'fd-narrow': narrow } })
  client = gateway.client()
})
afterAll(() => gateway.close())

const upload = async (text: string | Uint8Array = requests, name = 'requests.jsonl'): Promise<OpenAI.FileObject> => client.files.create({ file: await toFile(typeof text === 'string' ? Buffer.from(text) : text, name), purpose: 'batch' })
const remove = async (): Promise<void> => {
  for await (const { id } of client.files.list()) await client.files.delete(id)
}
/** Files on the disk, whole or not. */
const onDisk = async (): Promise<readonly string[]> => (await readdir(gateway.filesDir)).sort()

interface Part {
  readonly head: string
  readonly content?: string
}
const boundary = 'x-parts-x'
const field = (name: string, content: string): Part => ({ head: `form-data; name="${name}"`, content })
const file = (content = requests, name = 'requests.jsonl', under = 'file'): Part => ({ head: `form-data; name="${under}"; filename="${name}"\r\ncontent-type: application/octet-stream`, content })
const written = (parts: readonly Part[]): string => parts.map(({ head, content = '' }) => `--${boundary}\r\ncontent-disposition: ${head}\r\n\r\n${content}\r\n`).join('')
const form = (...parts: readonly Part[]): string => `${written(parts)}--${boundary}--\r\n`

const post = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> => gateway.post('/v1/files', body, { 'content-type': `multipart/form-data; boundary=${boundary}`, ...headers })
/** What is told of a form that is refused. */
async function refusal(body: string, headers?: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly error: { readonly code: string; readonly param: string | null; readonly message: string } }> {
  const answer = await post(body, headers)
  return { status: answer.status, ...((await answer.json()) as { error: { code: string; param: string | null; message: string } }) }
}

describe('a file that the official package sends', () => {
  it('has OpenAI\'s shape, and comes back byte for byte', async () => {
    const bytes = Buffer.from(`\uFEFF${requests}ä€😀\r\n`)
    const made = await upload(bytes, 'Anfragen ü "1".jsonl')
    expect(made).toEqual({ id: expect.stringMatching(/^file-\w{24}$/) as unknown, object: 'file', bytes: bytes.length, created_at: expect.any(Number) as unknown, expires_at: made.created_at + 30 * 86_400, filename: 'Anfragen ü "1".jsonl', purpose: 'batch', status: 'processed' })
    expect(await client.files.retrieve(made.id)).toEqual(made)
    const content = await client.files.content(made.id)
    expect(Buffer.from(await content.arrayBuffer())).toEqual(bytes)
    expect(Object.fromEntries(content.headers)).toMatchObject({ 'content-length': String(bytes.length), 'content-type': 'application/octet-stream', 'content-disposition': expect.stringMatching(/^attachment; filename="[^"\\]*\\"1\\".*"; filename\*=UTF-8''Anfragen%20%C3%BC/) as unknown })
    expect(await client.files.delete(made.id)).toEqual({ id: made.id, object: 'file', deleted: true })
    await expect(client.files.retrieve(made.id)).rejects.toMatchObject({ status: 404, code: 'file_not_found' })
    await expect(client.files.content(made.id)).rejects.toMatchObject({ status: 404 })
    expect(await onDisk()).toEqual([])
  })

  it('goes when it says so', async () => {
    const made = await client.files.create({ file: await toFile(Buffer.from(requests), 'a.jsonl'), purpose: 'batch', expires_after: { anchor: 'created_at', seconds: 3600 } })
    expect(made.expires_at).toBe(made.created_at + 3600)
    await remove()
  })

  it('may be empty, which is for the batch to tell', async () => {
    const made = await upload('')
    expect(made.bytes).toBe(0)
    expect(await (await client.files.content(made.id)).text()).toBe('')
    await remove()
  })

  it('is listed in pages, either way around', async () => {
    const ids: string[] = []
    for (let index = 0; index < 5; index++) ids.push((await upload(requests, `${index}.jsonl`)).id)
    const newestFirst = [...ids].reverse()
    const page = await client.files.list({ limit: 2 })
    expect([page.data.map(({ id }) => id), page.has_more]).toEqual([newestFirst.slice(0, 2), true])
    const seen: string[] = []
    for await (const { id } of client.files.list({ limit: 2 })) seen.push(id)
    expect(seen).toEqual(newestFirst)
    expect((await client.files.list({ order: 'asc', after: ids[1]! })).data.map(({ id }) => id)).toEqual(ids.slice(2))
    expect((await client.files.list({ purpose: 'batch_output' })).data).toEqual([])
    await remove()
    expect(await (await gateway.get('/v1/files')).json()).toEqual({ object: 'list', data: [], first_id: null, last_id: null, has_more: false })
  })

  it('is there under /resource_server too, with FIRST\'s errors', async () => {
    const site = gateway.client({ path: '/resource_server/v1' })
    const made = await site.files.create({ file: await toFile(Buffer.from(requests), 'a.jsonl'), purpose: 'batch' })
    expect(await client.files.retrieve(made.id)).toEqual(made)
    await remove()
    expect(await (await gateway.get(`/resource_server/v1/files/${made.id}`)).json()).toMatchObject({ error: { code: 'file_not_found', info: { action: expect.any(String) as unknown } } })
  })

  it('is for its own key and for the owner alone', async () => {
    const theirs = gateway.client({ apiKey: 'fd-other' })
    const made = await theirs.files.create({ file: await toFile(Buffer.from(requests), 'a.jsonl'), purpose: 'batch' })
    const mine = await upload()
    expect((await theirs.files.list()).data.map(({ id }) => id)).toEqual([made.id])
    expect((await client.files.list()).data.map(({ id }) => id)).toEqual([mine.id, made.id])
    for (const attempt of [theirs.files.retrieve(mine.id), theirs.files.content(mine.id), theirs.files.delete(mine.id)]) await expect(attempt).rejects.toMatchObject({ status: 404, code: 'file_not_found' })
    expect((await fetch(`${gateway.origin}/v1/files`, { method: 'POST', body: form(file()) })).status).toBe(401)
    await remove()
  })
})

describe('a form', () => {
  it.each([
    ['the purpose before the file', form(field('purpose', 'batch'), file())],
    ['the purpose after the file', form(file(), field('purpose', 'batch'))],
    ['fields that nobody knows', form(field('colour', 'red'), file(), field('purpose', 'batch'))],
    ['a preamble and an epilogue', `to be ignored\r\n${form(file(), field('purpose', 'batch'))}also\r\n`],
    ['a path for a name', form(field('purpose', 'batch'), file(requests, '/home/me/requests.jsonl'))],
    ['a file that holds what looks like the boundary', form(field('purpose', 'batch'), file(`x--${boundary}\r\n--x-parts\r\n`))],
  ])('may have %s', async (_what, body) => {
    const answer = await post(body)
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ object: 'file', filename: 'requests.jsonl' })])
    await remove()
  })

  it.each([
    ['no purpose', form(file()), 400, 'missing_required_parameter', 'purpose'],
    ['another purpose, before', form(field('purpose', 'fine-tune'), file()), 400, 'invalid_request', 'purpose'],
    ['another purpose, after', form(file(), field('purpose', 'assistants')), 400, 'invalid_request', 'purpose'],
    ['no file', form(field('purpose', 'batch')), 400, 'missing_required_parameter', 'file'],
    ['a file that is a text', form(field('purpose', 'batch'), field('file', requests)), 400, 'invalid_request', 'file'],
    ['a file without a name', form(field('purpose', 'batch'), file(requests, '')), 400, 'missing_required_parameter', 'file'],
    ['a file of another kind', form(field('purpose', 'batch'), file('PNG', 'photo.png')), 400, 'invalid_request', 'file'],
    ['a name that is no file\'s', form(field('purpose', 'batch'), file(requests, '.jsonl.zip')), 400, 'invalid_request', 'file'],
    ['a file under another name', form(field('purpose', 'batch'), file(requests, 'a.jsonl', 'document')), 400, 'invalid_request', 'file'],
    ['two files', form(field('purpose', 'batch'), file(), file()), 400, 'invalid_request', 'file'],
    ['a field that is too long', form(field('purpose', 'b'.repeat(5000)), file()), 400, 'invalid_request', 'purpose'],
    ['too many fields', form(...Array.from({ length: 30 }, (_, index) => field(`f${index}`, 'x')), file()), 400, 'invalid_request', 'file'],
    ['an expiry that is too short', form(file(), field('purpose', 'batch'), field('expires_after[anchor]', 'created_at'), field('expires_after[seconds]', '60')), 400, 'invalid_request', 'expires_after.seconds'],
    ['an expiry in words', form(file(), field('purpose', 'batch'), field('expires_after[anchor]', 'created_at'), field('expires_after[seconds]', 'soon')), 400, 'invalid_request', 'expires_after.seconds'],
    ['an expiry without an anchor', form(file(), field('purpose', 'batch'), field('expires_after[seconds]', '3600')), 400, 'missing_required_parameter', 'expires_after.anchor'],
    ['an end in its file', written([field('purpose', 'batch')]) + `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{"a":`, 400, 'invalid_request', 'file'],
    ['no end', written([field('purpose', 'batch'), file()]), 400, 'invalid_request', 'file'],
    ['nothing in it', '', 400, 'invalid_request', 'file'],
    ['something that is no form', 'hello', 400, 'invalid_request', 'file'],
    ['a file that is too large', form(field('purpose', 'batch'), file('x'.repeat(1_050_000))), 413, 'file_too_large', 'file'],
    ['a file that is far too large', form(field('purpose', 'batch'), file('x'.repeat(2_000_000))), 413, 'file_too_large', 'file'],
  ])('with %s is refused, and nothing is kept', async (_what, body, status, code, param) => {
    expect(await refusal(body)).toMatchObject({ status, error: { code, param } })
    expect(await onDisk()).toEqual([])
  })

  it.each([
    ['as JSON', { 'content-type': 'application/json' }, 415, 'unsupported_media_type'],
    ['without a boundary', { 'content-type': 'multipart/form-data' }, 400, 'invalid_request'],
    ['compressed', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['with another boundary', { 'content-type': 'multipart/form-data; boundary=another' }, 400, 'invalid_request'],
  ])('sent %s is refused', async (_what, headers, status, code) => {
    expect(await refusal(form(field('purpose', 'batch'), file()), headers)).toMatchObject({ status, error: { code } })
  })

  it('beyond what its key may keep is refused', async () => {
    const theirs = gateway.client({ apiKey: 'fd-narrow' })
    const send = async (): Promise<unknown> => theirs.files.create({ file: await toFile(Buffer.alloc(900_000, 'x'), 'a.jsonl'), purpose: 'batch' })
    for (let index = 0; index < 3; index++) await send()
    await expect(send()).rejects.toMatchObject({ status: 400, code: 'quota_exceeded' })
    expect(await onDisk()).toHaveLength(3)
    await remove()
  })
})

describe('a query of the list of files', () => {
  it.each([
    ['limit=0', 'limit'],
    ['limit=10001', 'limit'],
    ['limit=many', 'limit'],
    ['order=up', 'order'],
    ['after=file-nowhere', 'after'],
  ])('%s is refused by name', async (query, param) => {
    const answer = await gateway.get(`/v1/files?${query}`)
    expect([answer.status, await answer.json()]).toEqual([400, { error: expect.objectContaining({ code: 'invalid_request', param }) as unknown }])
  })
})

describe('an upload under way', () => {
  const open = (headers: Readonly<Record<string, string | number>> = {}): ClientRequest =>
    httpRequest(`${gateway.origin}/v1/files`, { method: 'POST', headers: { authorization: `Bearer ${ownerKey}`, 'content-type': `multipart/form-data; boundary=${boundary}`, ...headers } }).on('error', () => undefined)
  const beginning = written([field('purpose', 'batch')]) + `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n`

  it('leaves nothing behind when the caller leaves', async () => {
    const before = gateway.outcomes.length
    const sent = open()
    sent.write(beginning + 'x'.repeat(100_000))
    await until('some of it is on the disk', async () => (await onDisk()).length === 1)
    sent.destroy()
    expect(await gateway.recorded(before + 1)).toMatchObject({ errorCode: 'cancelled' })
    expect(await onDisk()).toEqual([])
  })

  it('is answered before its end when its length says that it is too large', async () => {
    const sent = open({ 'content-length': 50_000_000 })
    sent.write(beginning)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(413)
    sent.destroy()
  })

  it('is answered before its end when its name tells that it is no batch', async () => {
    const sent = open()
    sent.write(beginning.replace('a.jsonl', 'a.zip') + 'x')
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(400)
    sent.destroy()
  })

  it('takes as long as it takes, while it flows', async () => {
    const sent = open()
    sent.write(beginning)
    for (let index = 0; index < 20; index++) {
      sent.write('x'.repeat(1000))
      await until('it is taken', () => Promise.resolve(sent.writableLength === 0))
    }
    sent.end(`\r\n--${boundary}--\r\n`)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect([answer.statusCode, JSON.parse(Buffer.concat((await answer.toArray()) as Buffer[]).toString())]).toMatchObject([200, { bytes: 20_000 }])
    await remove()
  })

  it('is given up when it hardly comes', async () => {
    const outcome = new Promise<unknown>((resolve) => {
      const server = createServer((request, response) => {
        void readUpload({ request, cancellation: new Cancellation() }, ({ bytes }) => Readable.from(bytes).toArray(), { bytes: 1000, everyMs: 30 }).then(resolve, resolve)
        response.once('close', () => server.close())
      }).listen(0, '127.0.0.1', () => {
        const sent = httpRequest({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', method: 'POST', headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } })
        sent.on('error', () => undefined).write(beginning)
        void outcome.then(() => sent.destroy())
      })
    })
    expect(await outcome).toMatchObject({ code: 'request_timeout' })
  })

  it('that goes on for long after it was refused is cut off', async () => {
    const hasty = await startGateway({ clientTimeouts: { leftoverMs: 30 } })
    try {
      const sent = httpRequest(`${hasty.origin}/v1/files`, { method: 'POST', headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } })
      sent.on('error', () => undefined).write(beginning)
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      expect(answer.statusCode).toBe(401)
      await once(sent, 'close')
    } finally {
      await hasty.close()
    }
  })
})

describe('the content of a file', () => {
  it('that is gone from the disk is not there', async () => {
    const { id } = await upload()
    await rm(join(gateway.filesDir, id))
    await expect(client.files.content(id)).rejects.toMatchObject({ status: 404, code: 'file_not_found' })
    await remove()
  })

  it('is let go when the caller leaves', async () => {
    const { id } = await upload(Buffer.alloc(900_000, 'x'))
    await writeFile(join(gateway.filesDir, id), Buffer.alloc(30_000_000, 'x'))
    const before = gateway.outcomes.length
    const asked = httpRequest(`${gateway.origin}/v1/files/${id}/content`, { headers: { authorization: `Bearer ${ownerKey}` } })
    asked.on('error', () => undefined).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    await once(answer, 'readable')
    answer.on('error', () => undefined).destroy()
    expect(await gateway.recorded(before + 1)).toMatchObject({ status: 200, errorCode: 'cancelled' })
    await remove()
  })
})

const disk = mountSmallDisk(1)
disk?.remove()
describe.runIf(disk !== undefined)('a disk without room', () => {
  it('is told with 507', async () => {
    const small = mountSmallDisk(8)
    if (small === undefined) throw new Error('it could be mounted a moment ago')
    const full = await startGateway({ filesDir: small.path })
    try {
      await expect(full.client().files.create({ file: await toFile(Buffer.from(requests), 'a.jsonl'), purpose: 'batch' })).rejects.toMatchObject({ status: 507, code: 'disk_full' })
      expect(await readdir(small.path)).toEqual([])
    } finally {
      await full.close()
      small.remove()
    }
  })
})
