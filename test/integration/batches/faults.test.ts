import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { canMountDisk, mountSmallDisk, type SmallDisk } from '../../fixtures/small-disk'
import { until } from '../../fixtures/until'
import { answerOf, startBatchesUnderTest, type BatchesUnderTest } from './batches-under-test'

let disk: SmallDisk | undefined
let here: BatchesUnderTest
afterEach(async () => {
  await here.close()
  disk?.remove()
  disk = undefined
})

/** Answers the first requests, and the rest once it is told to; counts what is asked. */
function createEngine(first: number) {
  const engine = {
    asked: 0,
    isOpen: false,
    perform: async (_batch: unknown, _operation: unknown, { index }: { readonly index: number }, signal: AbortSignal) => {
      engine.asked++
      if (index >= first && !engine.isOpen) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      return { body: answerOf(index), requestId: `r-${index}` }
    },
  }
  return engine
}
const partsIn = async (folder: string): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.part'))

const { canMount, note } = canMountDisk()
describe.runIf(canMount)(`a batch whose files cannot be written at a start${note}`, () => {
  test('waits, says why, and goes on with what it has', async () => {
    disk = mountSmallDisk(40)
    const engine = createEngine(5)
    here = await startBatchesUnderTest({ filesFolder: disk!.path, perform: engine.perform })
    const { id } = await here.submit(8)
    await until('some are done', () => Promise.resolve(here.batches.get(id).completed === 5))
    await here.restart(() => {
      disk!.setReadOnly(true)
      return Promise.resolve()
    })
    await until('it waits', () => Promise.resolve(here.batches.get(id).waits?.includes('EROFS') === true))
    expect(here.batches.get(id)).toMatchObject({ status: 'in_progress', completed: 5 })
    disk!.setReadOnly(false)
    engine.isOpen = true
    const before = engine.asked
    expect(await here.reaches(id, 'completed')).toMatchObject({ completed: 8, failed: 0 })
    expect(engine.asked - before).toBe(3)
  })
})

describe('a batch whose requests are gone', () => {
  test('fails with the results that it has, and leaves nothing behind when it is removed', async () => {
    const engine = createEngine(5)
    here = await startBatchesUnderTest({ perform: engine.perform })
    const { id, inputFileId } = await here.submit(8)
    await until('some are done', () => Promise.resolve(here.batches.get(id).completed === 5))
    await here.restart(() => rm(join(here.folder, inputFileId)))
    const { completed, outputFileId = '', errorFileId, errors } = await here.reaches(id, 'failed')
    expect([completed, errorFileId, here.files.get(outputFileId).filename]).toEqual([5, undefined, 'a.output.jsonl'])
    expect(errors).toMatchObject([{ message: expect.stringContaining('cannot be read') as string }])
    expect(await partsIn(here.folder)).toEqual([])

    await writeFile(join(here.folder, `${id}.site.part`), 'left')
    await here.batches.remove(id)
    expect(await readdir(here.folder)).toEqual([`${inputFileId}.idx`])
  })
})
