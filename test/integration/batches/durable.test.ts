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
})

const { canMount, note } = canMountDisk()
describe.runIf(canMount)(`a batch whose end cannot be written down${note}`, () => {
  test('keeps its results where a restart finds them, and is not run again', async () => {
    disk = mountSmallDisk(4)
    const filler = join(disk!.path, 'filler')
    let asked = 0
    here = await startBatchesUnderTest({
      databaseFolder: disk!.path,
      async perform(_batch, _operation, { index }) {
        asked++
        // Counts of each second want room, too: the last request comes before the first of them.
        if (asked === 20) await writeFile(filler, Buffer.alloc(4_000_000)).catch(() => undefined)
        return { body: answerOf(index), requestId: `r-${index}` }
      },
    })
    const { id } = await here.submit(20)
    await until('it waits for room', () => Promise.resolve(here.batches.get(id).waits?.includes('is full') === true))
    expect((await readdir(here.folder)).filter((name) => name.startsWith('batch_'))).toContain(`${id}.output.part`)
    // As a kill at this moment would have it: nothing of the end is on the disk.
    await here.restart()
    await rm(filler)
    expect(await here.reaches(id, 'completed')).toMatchObject({ completed: 20, failed: 0 })
    expect(asked).toBe(20)
    expect((await readdir(here.folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})
