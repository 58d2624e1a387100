import { rm } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { writeResults, type ResultFormat } from '@main/batches/rows/write-results'
import { answered, batchOnDisk, chatLine, refused, unanswered, type BatchOnDisk } from './batch-on-disk'

let batch: BatchOnDisk
afterEach(() => batch.remove())

async function written(format: ResultFormat): Promise<string> {
  const pieces: Buffer[] = []
  const results = { output: [batch.pathOf('file-results'), `${batch.pathOf(batch.id)}.output.part`], error: [batch.pathOf('file-errors'), `${batch.pathOf(batch.id)}.error.part`] }
  for await (const piece of writeResults({ input: batch.inputPath, results, endpoint: '/v1/chat/completions', format })) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

test('results as lines are in the order of the requests, answers and errors together, and those that wait are left out', async () => {
  batch = await batchOnDisk(['a', 'b', 'c', 'd'].map((id) => chatLine(id, `about ${id}`)).join('\n'))
  await batch.write('output', answered(2, 'c', 'see'), answered(0, 'a', 'ay'))
  await batch.write('error', unanswered(1, 'b', 'It broke.'))
  const lines = async () => (await written('jsonl')).trimEnd().split('\n').map((line) => JSON.parse(line) as object)
  const all = [{ custom_id: 'a', response: { status_code: 200 }, error: null }, { custom_id: 'b', response: null, error: { code: 'upstream_error', message: 'It broke.' } }, { custom_id: 'c', response: { body: { choices: [{ message: { content: 'see' } }] } } }]
  expect(await lines()).toMatchObject(all)
  await batch.finish()
  expect(await lines()).toMatchObject(all)
})

test('results as a table have a row for each request, and what a model says is never a formula', async () => {
  batch = await batchOnDisk(['a', 'b', 'c', 'd', 'e'].map((id) => chatLine(id, `about "${id}", please`)).join('\n'))
  await batch.write('output', answered(0, 'a', 'two\nlines'), answered(3, 'd', '=HYPERLINK("x")'), answered(4, 'e', '-4.5'))
  await batch.write('error', refused(1, 'b', 'Too long.'))
  expect((await written('csv')).split('\r\n')).toEqual([
    'custom_id,line,state,status_code,error_code,question,answer,prompt_tokens,completion_tokens',
    'a,1,completed,200,,"about ""a"", please","two\nlines",3,4',
    'b,2,failed,400,invalid_request,"about ""b"", please",Too long.,,',
    'c,3,waiting,,,"about ""c"", please",,,',
    'd,4,completed,200,,"about ""d"", please","\'=HYPERLINK(""x"")",3,4',
    'e,5,completed,200,,"about ""e"", please",-4.5,3,4',
    '',
  ])
})

test('a long answer is written whole, and results stay when the file of requests is gone', async () => {
  const answer = 'word '.repeat(200_000)
  batch = await batchOnDisk(Array.from({ length: 600 }, (_, index) => chatLine(`n-${index}`, 'x')).join('\n'))
  await batch.write('output', ...Array.from({ length: 600 }, (_, index) => answered(599 - index, `n-${599 - index}`, index === 7 ? answer : 'short')))
  expect(await written('csv')).toContain(`n-592,593,completed,200,,x,${answer},3,4`)
  await rm(batch.inputPath)
  const ids = (await written('jsonl')).trimEnd().split('\n').map((line) => (JSON.parse(line) as { custom_id: string }).custom_id)
  expect(ids).toEqual(Array.from({ length: 600 }, (_, index) => `n-${index}`))
})

test('a batch without results gives an empty file, and a table of its head', async () => {
  batch = await batchOnDisk('')
  expect(await written('jsonl')).toBe('')
  expect(await written('csv')).toMatch(/^custom_id,[\w,]+\r\n$/)
})
