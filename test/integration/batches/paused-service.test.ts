import { setTimeout as pause } from 'node:timers/promises'
import type { BatchService } from '@main/batches/service/batch-service'
import { afterEach, describe, expect, test } from 'vitest'
import { FirstError } from '@shared/errors'
import { until } from '../../fixtures/until'
import { startBatchesUnderTest, type BatchesUnderTest } from './batches-under-test'

let here: BatchesUnderTest
afterEach(() => here.close())

const unreachable = (): never => {
  throw new FirstError('upstream_unreachable', 'The site does not answer.')
}

/** Writes down of each try whether the batch is paused, and does nothing but to end it. */
function createSite(answers: (tries: number) => void = () => undefined): BatchService & { readonly tries: boolean[] } {
  return {
    tries: [],
    submit({ key }) {
      this.tries.push(here.batches.get(key).isPaused)
      answers(this.tries.length)
      return Promise.resolve('there')
    },
    find: () => Promise.resolve(undefined),
    status: (id) => Promise.resolve({ id, status: 'ended', completed: 0, failed: 0, resultFiles: [] }),
    async *results() {
      // All is left to do here.
    },
    cancel: () => Promise.resolve(),
  }
}

describe('a batch for the batch service of a site that is paused', () => {
  test('before it was validated goes there when it is resumed', async () => {
    const site = createSite()
    here = await startBatchesUnderTest({ siteOf: () => ({ kind: 'service', cluster: 'far', service: site }) })
    const { id } = await here.submit(3)
    here.batches.setPaused(id, true)
    await here.reaches(id, 'in_progress')
    await pause(300)
    here.batches.setPaused(id, false)
    expect(await here.reaches(id, 'completed')).toMatchObject({ completed: 3 })
    expect(site.tries).toEqual([false])
  })

  test('while the site is away goes there when both are over', async () => {
    const site = createSite((tries) => tries < 3 && unreachable())
    here = await startBatchesUnderTest({ siteOf: () => ({ kind: 'service', cluster: 'far', service: site }) })
    const { id } = await here.submit(3)
    await until('it waits for the site', () => Promise.resolve(here.batches.get(id).waits === 'The site does not answer.'))
    here.batches.setPaused(id, true)
    // Its next try would be due by then.
    await pause(1_500)
    expect(here.batches.get(id).waits).toBeUndefined()
    here.batches.setPaused(id, false)
    await here.reaches(id, 'completed')
    expect(site.tries).toEqual([false, false, false])
  })

  test('and cancelled does not go there at all', async () => {
    const site = createSite()
    here = await startBatchesUnderTest({ siteOf: () => ({ kind: 'service', cluster: 'far', service: site }) })
    const { id } = await here.submit(3)
    here.batches.setPaused(id, true)
    await here.reaches(id, 'in_progress')
    await pause(300)
    here.batches.cancel(id)
    expect(await here.reaches(id, 'cancelled')).toMatchObject({ completed: 0, failed: 3 })
    expect(site.tries).toEqual([])
  })
})
