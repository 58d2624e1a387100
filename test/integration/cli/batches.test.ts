import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { runCli, startCli, type Ran, type Running } from '../../fixtures/cli-process'
import { until } from '../../fixtures/until'

let app: BuiltApp
let folder: string
let models: OpenAiServer
let gateway: Running

beforeAll(async () => {
  app = await buildApp()
  models = await startOpenAiServer({ models: ['org/model'] })
  folder = await mkdtemp(join(tmpdir(), 'first-cli-batches-'))
  await mkdir(join(folder, 'data'), { mode: 0o700 })
  await writeFile(join(folder, 'data/config.yaml'), stringify({ clusters: [{ name: 'there', kind: 'direct', url: models.url }] }))
  gateway = startCli(app, ['serve', '--port', '0', '--data-dir', join(folder, 'data')])
  await gateway.readyLine
})
beforeEach(() => models.behave({ kind: 'answer' }))
afterAll(async () => {
  gateway.kill('SIGTERM')
  await gateway.ended
  await models.close()
  await app.remove()
  await rm(folder, { recursive: true, force: true })
})

const run = (...args: string[]): Promise<Ran> => runCli(app, ['batch', ...args], { env: { FIRST_DESKTOP_DATA_DIR: join(folder, 'data') } })
const line = (customId: string, content = 'hello'): string => JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/chat/completions', body: { model: 'org/model', messages: [{ role: 'user', content }] } })
const fileOf = async (name: string, ...lines: readonly string[]): Promise<string> => {
  await writeFile(join(folder, name), lines.map((each) => `${each}\n`).join(''))
  return join(folder, name)
}
const batch = z.looseObject({ id: z.string(), status: z.string(), isPaused: z.boolean(), completed: z.number(), failed: z.number() })
const show = async (id: string) => batch.parse(JSON.parse((await run('show', id, '--json')).out))
const refuseLead = (): void => models.behave((body) => (JSON.stringify(body).includes('lead') ? { kind: 'status', status: 400 } : { kind: 'answer' }))

describe('first-desktop batch', { timeout: 60_000 }, () => {
  test('validate needs no gateway: it says what is in a file, what is wrong with which line and what to do', async () => {
    const right = await fileOf('right.jsonl', line('a'), line('b'))
    const alone = (...args: string[]) => runCli(app, ['batch', 'validate', ...args], { env: { FIRST_DESKTOP_DATA_DIR: join(folder, 'none') } })
    const { code, out, err } = await alone(right)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^right\.jsonl: 2 requests, \d+ bytes\n {2}\/v1\/chat\/completions: 2\n {2}org\/model: 2\n {2}about \d+ tokens in, .*\nIt can be run\.\n$/)
    const wrong = await alone(await fileOf('wrong.jsonl', line('a'), '{"custom_id"', line('a')))
    expect(wrong).toMatchObject({ code: 1, err: '' })
    expect(wrong.out).toMatch(/\nline 2: invalid_json_line: .+ Write each request as one JSON object on a line of its own\.\nline 3: duplicate_custom_id: .+\n2 errors: it cannot be run\.\n$/)
    expect(JSON.parse((await alone(join(folder, 'wrong.jsonl'), '--json')).out)).toMatchObject({ requests: 3, errors: 2, findings: [{ line: 2, code: 'invalid_json_line' }, { line: 3, code: 'duplicate_custom_id' }] })
    expect(await alone(right, '-m', 'org/other')).toMatchObject({ code: 1, out: expect.stringContaining('model_mismatch') as unknown })
    expect(await alone(join(folder, 'none.jsonl'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('there is no such file') as unknown })
  })

  test('submit prints the id, watch waits for the end, and results are in the order of the requests', async () => {
    const submitted = await run('submit', await fileOf('elements.txt', line('iron', 'About iron?'), line('tin', 'About tin?')), '--cluster', 'there', '--window', '2h')
    expect(submitted).toMatchObject({ code: 0, err: '' })
    const id = submitted.out.trim()
    expect(await run('watch', id)).toMatchObject({ code: 0, out: '', err: expect.stringMatching(new RegExp(`${id} is completed: 2 of 2 requests answered\\.\\n$`)) as unknown })
    expect((await run('list')).out).toMatch(new RegExp(`^id +name +status +done +failed +model +age\\n${id} +elements\\.txt\\.jsonl +completed +2/2 +0 +org/model +\\d+ s\\n`))
    expect((await run('show', id)).out).toMatch(/status: +completed\n.*requests: +2: 2 answered, 0 failed\n[^]*place: +there\nby cluster: +there 2\n/)
    const results = await run('results', id)
    expect(results).toMatchObject({ code: 0, err: '' })
    expect(results.out.trimEnd().split('\n').map((each) => JSON.parse(each) as object)).toMatchObject([{ custom_id: 'iron' }, { custom_id: 'tin', response: { body: { choices: [{ message: { content: 'You said: About tin?' } }] } } }])
    const saved = join(folder, 'elements.csv')
    expect(await run('results', id, '--format', 'csv', '-o', saved)).toEqual({ code: 0, out: '', err: '' })
    expect(await readFile(saved, 'utf8')).toContain('tin,2,completed,200,,About tin?,You said: About tin?,')
    expect(await run('results', id, '-o', join(folder, 'no/such/folder.jsonl'))).toMatchObject({ code: 1, err: expect.stringContaining('cannot be saved') as unknown })
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('a batch that did not answer all ends with 3, and retry makes a batch of the rest', async () => {
    refuseLead()
    const failed = await run('submit', await fileOf('lead.jsonl', line('iron'), line('lead', 'lead')), '--wait', '--json')
    expect(failed).toMatchObject({ code: 3, err: expect.stringContaining('1 of 2 requests answered, 1 failed.') as unknown })
    const { id } = batch.parse(JSON.parse(failed.out))
    models.behave({ kind: 'answer' })
    const again = await run('retry', id)
    expect(again).toMatchObject({ code: 0, err: `What has no good answer in ${id} is tried again.\n` })
    expect(await run('watch', again.out.trim())).toMatchObject({ code: 0, err: expect.stringContaining('1 of 1 request answered.') as unknown })
    expect(await run('retry', again.out.trim())).toMatchObject({ code: 1, err: expect.stringContaining('has its answer') as unknown })
  })

  test('a batch is held, goes on, and is cancelled with the results that it has', async () => {
    const startWhen = new Promise<void>(() => undefined)
    models.behave((body) => ({ kind: 'answer', ...(JSON.stringify(body).includes('slow') && { startWhen }) }))
    const id = (await run('submit', await fileOf('slow.jsonl', line('a'), line('b', 'slow')))).out.trim()
    await until('one is done', async () => (await show(id)).completed === 1)
    expect(await run('pause', id)).toMatchObject({ code: 0, out: '', err: `${id} is held.\n` })
    expect(await show(id)).toMatchObject({ isPaused: true })
    expect(JSON.parse((await run('resume', id, '--json')).out)).toMatchObject({ id, isPaused: false })
    expect(await run('cancel', id)).toMatchObject({ code: 0 })
    expect(await run('watch', id)).toMatchObject({ code: 3, err: expect.stringContaining(`${id} is cancelled: 1 of 2 requests answered, 1 failed.`) as unknown })
    expect((await run('results', id, '--format', 'csv')).out).toMatch(/\r\nb,2,failed,,batch_cancelled,slow,/)
    expect(await run('cancel', id)).toMatchObject({ code: 1, err: expect.stringContaining('is over') as unknown })
  })

  test('a wrong file is not sent, and its mistakes are told', async () => {
    const before = JSON.parse((await run('list', '--json')).out) as unknown[]
    expect(await run('submit', await fileOf('wrong.jsonl', '{}'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('line 1: invalid_request') as unknown })
    expect(JSON.parse((await run('list', '--json')).out)).toHaveLength(before.length)
    const unknown = await fileOf('unknown.jsonl', line('a').replace('org/model', 'org/none'))
    expect(await run('submit', unknown, '--wait')).toMatchObject({ code: 3, err: expect.stringContaining('could not be run') as unknown })
  })

  test.each([
    [['show', 'batch_none'], 1, 'There is no batch "batch_none".'],
    [['watch', 'batch_none'], 1, 'There is no batch "batch_none".'],
    [['results', 'batch_none'], 1, 'There is no batch "batch_none".'],
    [['pause', 'batch_none'], 1, 'There is no batch "batch_none".'],
    [['results', 'x', '--format', 'xlsx'], 2, 'xlsx'],
    [['submit', 'x', '--window', '90d'], 2, 'at most 30d'],
    [['submit'], 2, 'file'],
    [['destroy', 'x'], 2, 'destroy'],
  ])('%j ends with %i and says why', async (args, code, words) => {
    expect(await run(...args)).toMatchObject({ code, out: '', err: expect.stringContaining(words) as unknown })
  })

  test('says how to start a gateway where none runs', async () => {
    const file = await fileOf('right.jsonl', line('a'))
    for (const args of [['list'], ['show', 'x'], ['watch', 'x'], ['results', 'x'], ['cancel', 'x'], ['submit', file]])
      expect(await run(...args, '--data-dir', join(folder, 'empty')), args.join(' ')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Start it with «first-desktop serve»') as unknown })
  })
})
