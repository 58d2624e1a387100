import { appendFile, copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { formatResult, indexOfResult } from '@main/batches/run/result-line'
import { openResults } from '@main/batches/run/results-file'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mountSmallDisk } from '../../fixtures/small-disk'
import { until } from '../../fixtures/until'

let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'first-results-'))
  path = join(dir, 'output.jsonl')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const line = (index: number, text = 'x'): string => formatResult('batch_abc', { index, customId: `c-${index}`, response: { status: 200, requestId: 'r', body: Buffer.from(JSON.stringify({ text })) } })

describe('a file of results', () => {
  test('has whole lines, and knows them when it is opened again', async () => {
    const file = await openResults(path)
    await Promise.all([3, 1, 2].map((index) => file.append(line(index))))
    await file.close()
    expect((await readFile(path, 'utf8')).split('\n').filter(Boolean).map(indexOfResult)).toEqual([3, 1, 2])
    const again = await openResults(path)
    expect(again.known).toEqual([3, 1, 2])
    await again.close()
  })

  test('cut at any byte, it loses the line that was cut and no other', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => line(index, 'word '.repeat(index * 40)))
    const whole = lines.join('')
    await fc.assert(
      fc.asyncProperty(fc.nat(Buffer.byteLength(whole)), async (cut) => {
        await rm(path, { force: true })
        await appendFile(path, whole)
        await truncate(path, cut)
        const file = await openResults(path)
        const kept = whole.slice(0, cut).split('\n').length - 1
        expect(file.known).toEqual(Array.from({ length: kept }, (_, index) => index))
        await file.append(line(99))
        await file.close()
        expect(await readFile(path, 'utf8')).toBe(lines.slice(0, kept).join('') + line(99))
      }),
      { numRuns: 60 },
    )
  })

  test('a line longer than a read is one line', async () => {
    const long = line(7, 'a'.repeat(3 * 2 ** 20))
    await appendFile(path, line(1) + long + line(2))
    const file = await openResults(path)
    expect(file.known).toEqual([1, 7, 2])
    await file.close()
  })

  test('a body with line breaks is one line, and the same JSON', () => {
    const text = formatResult('batch_abc', { index: 5, customId: 'a"b\n', response: { status: 200, requestId: 'r', body: Buffer.from('{\r\n  "a": "x\\ny"\n}') } })
    expect(text.indexOf('\n')).toBe(text.length - 1)
    expect(JSON.parse(text)).toEqual({ id: 'batch_req_abc_5', custom_id: 'a"b\n', response: { status_code: 200, request_id: 'r', body: { a: 'x\ny' } }, error: null })
  })
})

const disk = mountSmallDisk(1)
disk?.remove()
describe.runIf(disk !== undefined)('on a disk that is full', () => {
  test('lines wait, whole, until there is room', async () => {
    const small = mountSmallDisk(1)
    if (small === undefined) throw new Error('it could be mounted a moment ago')
    try {
      const filler = join(small.path, 'filler')
      const onDisk = join(small.path, 'output.jsonl')
      const file = await openResults(onDisk, { retryMs: 5 })
      await file.append(line(0))
      await writeFile(filler, Buffer.alloc(4_000_000)).catch(() => undefined)
      const late = Promise.all(Array.from({ length: 40 }, (_, index) => file.append(line(index + 1, 'word '.repeat(800)))))
      await until('the disk is found full', () => Promise.resolve(file.problem?.code === 'disk_full'))
      // As a crash at this moment would leave it: a write that is being tried again may stand there in part.
      await copyFile(onDisk, path)
      const crashed = await openResults(path)
      expect(crashed.known).toEqual(Array.from(crashed.known, (_, index) => index))
      expect(crashed.known.length).toBeLessThan(41)
      await crashed.close()
      await rm(filler)
      await late
      expect(file.problem).toBeUndefined()
      await file.close()
      expect((await openResults(onDisk)).known).toEqual(Array.from({ length: 41 }, (_, index) => index))
    } finally {
      small.remove()
    }
  })
})
