import { rm } from 'node:fs/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { RowQuery } from '@main/batches/rows/batch-rows'
import { excerpt } from '@main/batches/rows/texts'
import type { BatchRow } from '@shared/domain/batch-rows'
import { answered, batchOnDisk, chatLine, refused, unanswered, type BatchOnDisk } from './batch-on-disk'

let batch: BatchOnDisk
afterEach(() => batch.remove())

const everything: RowQuery = { filter: 'all', search: '', offset: 0, limit: 500 }
const numbered = (count: number): string => Array.from({ length: count }, (_, index) => chatLine(`id-${index}`, `question ${index}`)).join('\n')

describe('the requests of a batch as a table', () => {
  test('failures come first, then the rest in the order of the file', async () => {
    batch = await batchOnDisk(numbered(5))
    await batch.write('output', answered(4, 'id-4', 'four'), answered(0, 'id-0', 'zero'))
    await batch.write('error', unanswered(3, 'id-3', 'It broke.'), refused(1, 'id-1', 'Too long.'))
    expect((await batch.rows.page(batch.id, everything)).rows).toEqual([
      { index: 1, line: 2, customId: 'id-1', state: 'failed', statusCode: 400, errorCode: 'invalid_request', question: 'question 1', answer: 'Too long.' },
      { index: 3, line: 4, customId: 'id-3', state: 'failed', errorCode: 'upstream_error', question: 'question 3', answer: 'It broke.' },
      { index: 0, line: 1, customId: 'id-0', state: 'completed', statusCode: 200, question: 'question 0', answer: 'zero' },
      { index: 2, line: 3, customId: 'id-2', state: 'waiting', question: 'question 2' },
      { index: 4, line: 5, customId: 'id-4', state: 'completed', statusCode: 200, question: 'question 4', answer: 'four' },
    ])
    const ids = async (query: Partial<RowQuery>) => (await batch.rows.page(batch.id, { ...everything, ...query })).rows.map(({ index }) => index)
    expect(await ids({ offset: 1, limit: 2 })).toEqual([3, 0])
    expect(await ids({ filter: 'failed' })).toEqual([1, 3])
    expect(await ids({ filter: 'completed' })).toEqual([0, 4])
    expect(await ids({ filter: 'waiting' })).toEqual([2])
    expect(await ids({ offset: 5 })).toEqual([])
  })

  test('results that come in later are seen, a line that is half written is not, and neither changes when the batch is done', async () => {
    batch = await batchOnDisk(numbered(3))
    const states = async () => (await batch.rows.page(batch.id, everything)).rows.map(({ index, state }) => `${index} ${state}`)
    expect(await states()).toEqual(['0 waiting', '1 waiting', '2 waiting'])
    await batch.write('output', answered(0, 'id-0', 'zero'), '{"id":"batch_req_abcdefghijklmnopqrstuvwx_1","custom')
    expect(await states()).toEqual(['0 completed', '1 waiting', '2 waiting'])
    await batch.write('output', '_id":"id-1","response":null,"error":null}\n')
    expect(await states()).toEqual(['0 completed', '1 completed', '2 waiting'])
    await batch.write('error', unanswered(2, 'id-2', 'It broke.'))
    await batch.finish()
    expect(await states()).toEqual(['2 failed', '0 completed', '1 completed'])
  })

  test('search finds ids, questions, answers and errors in small letters and large, and what came since', async () => {
    batch = await batchOnDisk([chatLine('Iron-1', 'x'), chatLine('b', 'What is\nIRON?'), chatLine('c', 'y'), chatLine('d', 'z'), chatLine('e', 'w')].join('\n'))
    await batch.write('output', answered(2, 'c', 'cast iron'))
    await batch.write('error', unanswered(3, 'd', 'no iron here'))
    const found = async (search: string, filter: RowQuery['filter'] = 'all') => {
      const { total, rows } = await batch.rows.page(batch.id, { ...everything, filter, search })
      expect(total).toBe(rows.length)
      return rows.map(({ customId }) => customId)
    }
    expect(await found('iron')).toEqual(['d', 'Iron-1', 'b', 'c'])
    expect(await found('iron', 'completed')).toEqual(['c'])
    expect(await found('upstream_error')).toEqual(['d'])
    expect(await found('nothing of the kind')).toEqual([])
    expect(await found('role')).toEqual([])
    expect(await found('iron')).toEqual(['d', 'Iron-1', 'b', 'c'])
    await batch.write('output', answered(4, 'e', 'pig iron'))
    expect(await found('iron')).toEqual(['d', 'Iron-1', 'b', 'c', 'e'])
  })

  test('search finds what is written with escapes, and names that only the line gives', async () => {
    const bare = JSON.stringify({ messages: [{ role: 'user', content: 'x' }] })
    batch = await batchOnDisk([chatLine('a', 'He said "no"\nand left'), chatLine('b', 'caf\u00e9').replace('\u00e9', '\\u00e9'), bare].join('\n'))
    const found = async (search: string) => (await batch.rows.page(batch.id, { ...everything, search })).rows.map(({ customId }) => customId)
    expect(await found('said "NO"')).toEqual(['a'])
    expect(await found('CAF\u00c9')).toEqual(['b'])
    expect(await found('request-3')).toEqual(['request-3'])
  })

  test('a search that takes long gives what it has, and goes on when it is asked again', async () => {
    batch = await batchOnDisk(numbered(3000))
    batch.setStepMs(600)
    const page = () => batch.rows.page(batch.id, { ...everything, search: 'question', limit: 1 })
    const totals: number[] = []
    for (let isPartial = true; isPartial; ) {
      const found = await page()
      totals.push(found.total)
      isPartial = found.isPartial === true
    }
    expect(totals.length).toBeGreaterThan(2)
    expect(totals.at(-1)).toBe(3000)
    expect(totals).toEqual([...totals].sort((one, other) => one - other))
  })

  test('one request is told whole, with its result', async () => {
    batch = await batchOnDisk(`${numbered(2)}\n`)
    await batch.write('output', answered(1, 'id-1', 'one'))
    const row = await batch.rows.one(batch.id, 1)
    expect(row).toMatchObject({ index: 1, line: 2, customId: 'id-1', request: chatLine('id-1', 'question 1') })
    expect(JSON.parse(row.result ?? '')).toMatchObject({ custom_id: 'id-1', response: { body: { choices: [{ message: { content: 'one' } }] } } })
    expect(await batch.rows.one(batch.id, 0)).not.toHaveProperty('result')
    await expect(batch.rows.one(batch.id, 2)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a request of many megabytes is a row like any other, and is told with its long texts cut', async () => {
    const picture = 'A'.repeat(3_000_000)
    const line = JSON.stringify({ custom_id: 'large', method: 'POST', url: '/v1/chat/completions', body: { model: 'a/b', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: picture } }, { type: 'text', text: 'What is this?' }] }] } })
    batch = await batchOnDisk([chatLine('small', 'before'), line, chatLine('last', 'after')].join('\r\n'))
    expect((await batch.rows.page(batch.id, everything)).rows.map(({ customId, question }) => [customId, question])).toEqual([['small', 'before'], ['large', 'What is this?'], ['last', 'after']])
    const { request } = await batch.rows.one(batch.id, 1)
    expect(request.length).toBeLessThan(10_000)
    expect(JSON.parse(request)).toMatchObject({ custom_id: 'large' })
  })

  test('where the file of requests is not kept any more, the results are still shown', async () => {
    batch = await batchOnDisk(numbered(2))
    await batch.write('output', answered(0, 'id-0', 'zero'), answered(1, 'id-1', 'one'))
    await rm(batch.inputPath)
    expect((await batch.rows.page(batch.id, everything)).rows).toMatchObject([{ customId: 'id-0', question: '', answer: 'zero' }, { customId: 'id-1', answer: 'one' }])
  })

  test('is what a naive join by custom_id gives, whatever the requests and the order of their results', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 })
    const request = fc.record({ customId: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), question: text, answer: text, fate: fc.constantFrom('answered', 'refused', 'unanswered', 'waiting') })
    const requests = fc.uniqueArray(request, { selector: ({ customId }) => customId, minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(requests, fc.infiniteStream(fc.nat()), fc.array(fc.constantFrom('\n', '\r\n', '\n\n', '\n  \n'), { minLength: 1, maxLength: 4 }), fc.constantFrom('a', 'e', 'i', 'o', 'u', ' '), async (all, random, ends, letter) => {
        batch = await batchOnDisk(all.map(({ customId, question }, index) => `${chatLine(customId, question)}${ends[index % ends.length] ?? ''}`).join(''))
        const shuffled = all.map((each, index) => ({ ...each, index, rank: Number(random.next().value) })).sort((one, other) => one.rank - other.rank)
        for (const { index, customId, answer, fate } of shuffled) {
          if (fate === 'answered') await batch.write('output', answered(index, customId, answer))
          if (fate === 'refused') await batch.write('error', refused(index, customId, answer))
          if (fate === 'unanswered') await batch.write('error', unanswered(index, customId, answer))
        }
        const naive = all.map(({ customId, question, answer, fate }) => ({
          customId,
          state: fate === 'waiting' ? 'waiting' : fate === 'answered' ? 'completed' : 'failed',
          question: excerpt(question),
          ...(fate !== 'waiting' && { answer: excerpt(answer) }),
        }))
        const { total, rows } = await batch.rows.page(batch.id, everything)
        expect(total).toBe(all.length)
        expect([...rows].sort((one, other) => one.index - other.index)).toMatchObject(naive)
        expect(rows.map(({ state }) => state === 'failed')).toEqual([...rows.map(({ state }) => state === 'failed')].sort((one, other) => Number(other) - Number(one)))
        const isFound = ({ customId, question, answer, errorCode }: Pick<BatchRow, 'customId' | 'question' | 'answer' | 'errorCode'>): boolean => [customId, question, answer ?? '', errorCode ?? ''].some((each) => each.toLowerCase().includes(letter))
        if (letter !== ' ') {
          const wanted = rows.filter((row) => isFound({ ...row, question: all[row.index]?.question ?? '', ...(row.answer !== undefined && { answer: all[row.index]?.answer ?? '' }) }))
          expect((await batch.rows.page(batch.id, { ...everything, search: letter })).rows).toEqual(wanted)
        }
        await batch.remove()
      }),
      { numRuns: 40 },
    )
  })
})
