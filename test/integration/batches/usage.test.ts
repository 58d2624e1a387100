import { join } from 'node:path'
import { openDatabase } from '@main/storage/database'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { until } from '../../fixtures/until'
import { answerOf, startBatchesUnderTest, type BatchesUnderTest } from './batches-under-test'

let here: BatchesUnderTest
afterEach(() => here.close())

const usageOf = (indexes: readonly number[]): object => ({ inputTokens: 3 * indexes.length, outputTokens: indexes.reduce((sum, index) => sum + index, 0) })

test('what a batch has used is whole, though a crash came before it was written down', async () => {
  let isOpen = false
  here = await startBatchesUnderTest({
    async perform(_batch, _operation, { index }, signal) {
      if (index >= 5 && !isOpen) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      return { body: answerOf(index), requestId: `r-${index}`, cluster: 'far', usage: { inputTokens: 3, cachedTokens: 0, outputTokens: index, reasoningTokens: 0 } }
    },
  })
  const { id } = await here.submit(8)
  const row = (): string | undefined => here.database.get(z.object({ record: z.string() }), 'SELECT record FROM batches WHERE id = ?', id)?.record
  const noneDone = z.looseObject({ status: z.literal('in_progress'), completed: z.literal(0) })
  let kept: string | undefined
  await until('it runs', () => Promise.resolve(noneDone.safeParse(JSON.parse((kept = row()) ?? '')).success))
  await until('some are done', () => Promise.resolve(here.batches.get(id).completed === 5))
  isOpen = true
  await here.restart(() => {
    // As a kill within the second leaves it.
    const database = openDatabase(join(here.databaseFolder, 'first.db'))
    database.run('UPDATE batches SET record = ? WHERE id = ?', kept ?? '', id)
    database.close()
    return Promise.resolve()
  })
  const { usage, byCluster, completed } = await here.reaches(id, 'completed')
  expect([completed, usage]).toMatchObject([8, usageOf([0, 1, 2, 3, 4, 5, 6, 7])])
  // Which cluster has given the first five is nowhere.
  expect(byCluster).toEqual({ far: 3 })
})
