import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { dataAccessScope, flowScope, httpsScope, runScopes, transferScope } from '../../doubles/globus/auth/own-scopes'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { siteIds, usualSite } from '../../doubles/globus/usual-site'
import { ids } from '../../doubles/globus/usual-world'
import { postJson, send, withToken, type Answer } from './globus-client'

const consent = `${transferScope}[*${dataAccessScope(siteIds.desk)}]`
const task = z.object({ status: z.string(), nice_status: z.string(), faults: z.number(), files_transferred: z.number(), bytes_transferred: z.number(), fatal_error: z.object({ code: z.string(), description: z.string() }).nullable() })

let globus: Globus
let token: string
let folder: string

beforeEach(async () => {
  globus = await startGlobus(usualSite)
  token = signIn(consent)
  folder = (await globus.stage(siteIds.staging, ids.ada)).path
  await writeFile(join(globus.folderOf(siteIds.desk), 'batch.jsonl'), '{"n":1}\n')
})
afterEach(() => globus.close())

const signIn = (scope: string, username = 'ada@anl.gov'): string => globus.signIn({ username, client: ids.nativeClient, scope }).access_token
const get = (path: string, as = token): Promise<Answer> => send(`${globus.url.transfer}/v0.10${path}`, withToken(as))
const post = (path: string, body: object, as = token): Promise<Answer> => postJson(`${globus.url.transfer}/v0.10${path}`, as, body)
const newId = async (): Promise<string> => z.object({ value: z.string() }).parse((await get('/submission_id')).body).value
const document = (submissionId: string, more: object = {}): object => ({
  DATA_TYPE: 'transfer',
  submission_id: submissionId,
  source_endpoint: siteIds.desk,
  destination_endpoint: siteIds.staging,
  label: 'a batch',
  verify_checksum: false,
  DATA: [{ DATA_TYPE: 'transfer_item', source_path: '/batch.jsonl', destination_path: `${folder}in/batch.jsonl` }],
  ...more,
})
async function transfer(more: object = {}): Promise<string> {
  const { body } = await post('/transfer', document(await newId(), more))
  return z.object({ task_id: z.string() }).parse(body).task_id
}
const show = async (id: string): Promise<z.infer<typeof task>> => task.parse((await get(`/task/${id}`)).body)
async function ended(id: string): Promise<z.infer<typeof task>> {
  await globus.transfer.tasks.idle()
  return show(id)
}
const staged = (path: string): Promise<string> => readFile(join(globus.folderOf(siteIds.staging), folder, path), 'utf8')

describe('transfers of the double', () => {
  test('copy files, and tell how many', async () => {
    expect(await ended(await transfer())).toMatchObject({ status: 'SUCCEEDED', files_transferred: 1, bytes_transferred: 8, fatal_error: null })
    expect(await staged('in/batch.jsonl')).toBe('{"n":1}\n')
  })

  test('are submitted once, however often the same submission comes', async () => {
    const submissionId = await newId()
    const [first, second] = [await post('/transfer', document(submissionId)), await post('/transfer', document(submissionId))]
    expect([first.status, first.body, second.body]).toMatchObject([202, { code: 'Accepted' }, { code: 'Duplicate', task_id: (first.body as { task_id: string }).task_id }])
    expect(globus.transfer.tasks.all()).toHaveLength(1)
    expect((await post('/transfer', document('made-up'))).status).toBe(400)
  })

  test('need the consent of the collection they read', async () => {
    globus.auth.consents.withdraw(globus.auth.world().people[0]!, ids.nativeClient)
    expect(await post('/transfer', document(await newId()))).toMatchObject({ status: 403, body: { code: 'ConsentRequired', required_scopes: [consent], resource: '/v0.10/transfer', message: expect.any(String) as string, request_id: expect.any(String) as string } })
    signIn(consent)
    expect((await post('/transfer', document(await newId()))).status).toBe(202)
  })

  test('fail where a file is not there, or a folder is not theirs', async () => {
    const item = (source: string, destination: string): object => ({ DATA: [{ DATA_TYPE: 'transfer_item', source_path: source, destination_path: destination }] })
    expect(await ended(await transfer(item('/nothing', `${folder}x`)))).toMatchObject({ status: 'FAILED', fatal_error: { code: 'FILE_NOT_FOUND' } })
    expect(await ended(await transfer(item('/batch.jsonl', `/user-staging/${ids.grace}/x`)))).toMatchObject({ status: 'FAILED', fatal_error: { code: 'PERMISSION_DENIED' } })
    expect(await ended(await transfer(item('/batch.jsonl', `${folder}../${ids.grace}/x`)))).toMatchObject({ status: 'FAILED', fatal_error: { code: 'PERMISSION_DENIED' } })
  })

  test('go slowly, tell their state, and can be cancelled', async () => {
    globus.transfer.tasks.behaveOnce({ kind: 'hold', afterItems: 1, until: new Promise(() => undefined), niceStatus: 'ENDPOINT_BUSY' })
    const id = await transfer({ DATA: [1, 2].map((n) => ({ DATA_TYPE: 'transfer_item', source_path: '/batch.jsonl', destination_path: `${folder}${n}` })) })
    await expect.poll(async () => show(id), { timeout: 10_000 }).toMatchObject({ status: 'ACTIVE', files_transferred: 1, nice_status: 'ENDPOINT_BUSY' })
    expect((await post(`/task/${id}/cancel`, {})).body).toMatchObject({ code: 'Canceled' })
    expect(await show(id)).toMatchObject({ status: 'FAILED', fatal_error: { code: 'CANCELED' } })
    expect((await post(`/task/${id}/cancel`, {})).body).toMatchObject({ code: 'TaskComplete' })
  })

  test('fail as a test tells them', async () => {
    globus.transfer.tasks.behaveOnce({ kind: 'fail', code: 'QUOTA_EXCEEDED', description: 'The disk is full.' })
    expect(await ended(await transfer())).toMatchObject({ status: 'FAILED', nice_status: 'QUOTA_EXCEEDED', fatal_error: { description: 'The disk is full.' } })
  })

  test('may damage a file on the way, which checksums find', async () => {
    globus.transfer.tasks.behaveOnce({ kind: 'corrupt' })
    await ended(await transfer())
    expect(await staged('in/batch.jsonl')).toBe('{"n"')
    globus.transfer.tasks.behaveOnce({ kind: 'corrupt' })
    expect(await ended(await transfer({ verify_checksum: true }))).toMatchObject({ status: 'SUCCEEDED', faults: 1 })
    expect(await staged('in/batch.jsonl')).toBe('{"n":1}\n')
  })

  test('are seen by who submitted them only, with a token for Transfer', async () => {
    const id = await transfer()
    expect((await get(`/task/${id}`, signIn(transferScope, 'grace@uchicago.edu'))).status).toBe(404)
    expect(await get(`/task/${id}`, signIn(ids.gatewayScope))).toMatchObject({ status: 401, body: { code: 'AuthenticationFailed' } })
    expect((await get(`/endpoint/${ids.gateway}`)).body).toMatchObject({ code: 'EndpointNotFound' })
  })

  test('list, make and empty folders', async () => {
    expect((await post(`/operation/endpoint/${siteIds.staging}/mkdir`, { DATA_TYPE: 'mkdir', path: `${folder}out` })).status).toBe(202)
    expect((await get(`/operation/endpoint/${siteIds.staging}/ls?path=${folder}`)).body).toMatchObject({ DATA: [{ name: 'out', type: 'dir' }] })
    expect((await get(`/operation/endpoint/${siteIds.staging}/ls?path=/`)).status).toBe(403)
    await post('/delete', { DATA_TYPE: 'delete', submission_id: await newId(), endpoint: siteIds.staging, recursive: true, DATA: [{ DATA_TYPE: 'delete_item', path: `${folder}out` }] })
    await globus.transfer.tasks.idle()
    expect((await get(`/operation/endpoint/${siteIds.staging}/ls?path=${folder}`)).body).toMatchObject({ DATA: [] })
  })
})

describe('a collection of the double over HTTPS', () => {
  const url = async (): Promise<string> => z.object({ https_server: z.string() }).parse((await get(`/endpoint/${siteIds.staging}`)).body).https_server
  const file = (as: string, init: RequestInit = {}, path = `${folder}results.bin`): Promise<Response> => fetch(`${globus.url.collections[siteIds.staging]!}${path}`, { ...init, headers: { authorization: `Bearer ${as}`, ...(init.headers as object) } })

  test('takes, gives and removes files, byte for byte', async () => {
    expect(await url()).toBe(globus.url.collections[siteIds.staging])
    const https = signIn(httpsScope(siteIds.staging))
    const bytes = Buffer.from([0, 255, 195, 40, 10, 13])
    expect((await file(https, { method: 'PUT', body: bytes })).status).toBe(200)
    expect(Buffer.from(await (await file(https)).arrayBuffer())).toEqual(bytes)
    const part = await file(https, { headers: { range: 'bytes=4-' } })
    expect([part.status, part.headers.get('content-range'), Buffer.from(await part.arrayBuffer())]).toEqual([206, 'bytes 4-5/6', Buffer.from([10, 13])])
    expect((await file(https, { method: 'DELETE' })).status).toBe(200)
    expect((await file(https)).status).toBe(404)
  })

  test('refuses strangers, tokens of other collections, and ways out of a folder', async () => {
    expect((await file('nonsense')).status).toBe(401)
    expect((await file(signIn(httpsScope(siteIds.desk)))).status).toBe(401)
    expect((await file(signIn(dataAccessScope(siteIds.staging)))).status).toBe(403)
    expect((await file(signIn(httpsScope(siteIds.staging), 'grace@uchicago.edu'), { method: 'PUT', body: 'x' })).status).toBe(403)
    await mkdir(join(globus.folderOf(siteIds.staging), 'secret'))
    expect((await file(signIn(httpsScope(siteIds.staging)), {}, `${folder}%2e%2e/%2e%2e/secret/x`)).status).toBe(403)
  })
})

describe('flows of the double', () => {
  test('run with the scope of the flow, and are looked at with the scope of runs', async () => {
    const start = (as: string): Promise<Answer> => postJson(`${globus.url.flows}/flows/${siteIds.flow}/run`, as, { body: {}, label: 'fetch', tags: [] })
    expect((await start(signIn(runScopes.manage))).status).toBe(401)
    const { status, body } = await start(signIn(flowScope(siteIds.flow)))
    const { run_id: id } = z.object({ run_id: z.string() }).parse(body)
    expect(status).toBe(201)
    globus.flowRuns.get(id)!.status = 'SUCCEEDED'
    expect((await send(`${globus.url.flows}/runs/${id}`, withToken(signIn(runScopes.runs)))).body).toMatchObject({ run_id: id, status: 'SUCCEEDED', label: 'fetch' })
  })
})
