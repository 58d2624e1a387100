import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { openLineIndex } from '@main/batches/validate/line-index'
import { createFileValidator, type FileValidator } from '@main/batches/validate/validate-file'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildValidateWorker, type ModuleBuild } from '../../../fixtures/bundle-module'

let build: ModuleBuild
let folder: string
beforeAll(async () => {
  build = await buildValidateWorker()
})
afterAll(() => build.remove())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-batch-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const lineOf = (id: number | string): string => JSON.stringify({ custom_id: `id-${id}`, method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content: `Grüße an Nummer ${id}` }] } })
async function write(text: string | Buffer): Promise<string> {
  const path = join(folder, 'batch.jsonl')
  await writeFile(path, text)
  return path
}

describe.each([
  ['in a thread of its own', true],
  ['in the same thread', false],
])('a batch file that is checked %s', (_, hasThread) => {
  let validate: FileValidator
  beforeAll(() => {
    validate = createFileValidator({ worker: hasThread ? build.module : undefined })
  })

  test('is reported with its hash, its findings and progress to its end', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => lineOf(index === 15_000 ? 3 : index))
    const text = `\uFEFF${lines.join('\r\n')}`
    const path = await write(text)
    const steps: number[] = []
    const report = await validate({ path, options: { maxRequests: 19_999 }, onProgress: ({ bytes }) => steps.push(bytes) })
    expect(report).toMatchObject({ bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex'), requests: 20_000, text: { hasByteOrderMark: true, lineEnds: 'crlf', endsWithNewline: false } })
    expect(report.findings).toMatchObject([
      { line: 15_001, code: 'duplicate_custom_id', customId: 'id-3' },
      { line: 20_000, code: 'too_many_tasks' },
    ])
    expect(steps).toEqual(steps.toSorted((one, other) => one - other))
    expect(steps.at(-1)).toBe(report.bytes)
    expect(await readdir(folder)).toEqual(['batch.jsonl'])
  })

  test('gets an index by which each of its lines is found again', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => (index % 1000 === 7 ? '{broken' : index % 5 === 0 ? '' : lineOf('é'.repeat(index % 50) + String(index))))
    const path = await write(`\uFEFF${lines.join('\r\n')}`)
    const indexPath = join(folder, 'lines.idx')
    const { requests, bytes } = await validate({ path, indexPath })
    const index = await openLineIndex(indexPath, bytes)
    const entries = (await index?.read(0, requests + 10)) ?? []
    await index?.close()
    const file = await readFile(path)
    const told = entries.map(({ offset, sizeBytes, line, hasError }) => [line, file.subarray(offset, offset + sizeBytes).toString(), hasError])
    expect(told).toEqual(lines.flatMap((line, at) => (line === '' ? [] : [[at + 1, line, line === '{broken']])))
    expect(index?.count).toBe(requests)
    expect(await openLineIndex(indexPath, bytes + 1)).toBeUndefined()
  })

  test('for several batches at once gets its index, though one of them is cancelled', async () => {
    const path = await write(`${Array.from({ length: 20_000 }, (_, index) => lineOf(index)).join('\n')}\n`)
    const indexPath = join(folder, 'lines.idx')
    const asked = new AbortController()
    const [one, other, cancelled] = await Promise.allSettled([validate({ path, indexPath }), validate({ path, indexPath }), validate({ path, indexPath, signal: asked.signal, onProgress: () => asked.abort() })])
    expect([one, other]).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }])
    expect(cancelled).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
    expect((await readdir(folder)).sort()).toEqual(['batch.jsonl', 'lines.idx'])
  })

  test('that is cancelled stops, and leaves no index', async () => {
    const path = await write(`${lineOf('x'.repeat(400))}\n`.repeat(50_000))
    const asked = new AbortController()
    const checking = validate({ path, indexPath: join(folder, 'lines.idx'), signal: asked.signal, onProgress: () => asked.abort() })
    await expect(checking).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(folder)).toEqual(['batch.jsonl'])
  })

  test('is none at all if it is packed, and gets no index', async () => {
    const path = await write(Buffer.from('PK\x03\x04'))
    expect(await validate({ path, indexPath: join(folder, 'lines.idx') })).toMatchObject({ requests: 0, errors: 1, findings: [{ code: 'unsupported_file' }] })
    expect(await readdir(folder)).toEqual(['batch.jsonl'])
  })

  test('is one with no requests if it is empty', async () => {
    expect(await validate({ path: await write('') })).toMatchObject({ bytes: 0, requests: 0, findings: [{ code: 'empty_file' }] })
  })

  test('has to be a file that is there', async () => {
    await mkdir(join(folder, 'inside'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const refusal = (name: string) => validate({ path: join(folder, name) }).catch((cause: unknown) => cause)
    expect(await refusal('absent.jsonl')).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('there is no such file') as string })
    expect(await refusal('inside')).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('it is a folder') as string })
    expect(await refusal('pipe')).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('not a plain file') as string })
  })
})

test('a hole in a file is one long line, and not held in memory', async () => {
  const path = await write(`${lineOf('a')}\n`)
  const file = await open(path, 'r+')
  await file.truncate(300 * 2 ** 20)
  await file.close()
  const { findings } = await createFileValidator({ worker: build.module })({ path })
  expect(findings).toMatchObject([{ line: 2, code: 'invalid_request', message: 'The line has 300 MB; at most 50 MB are read.' }])
})
