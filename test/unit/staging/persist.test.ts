import { expect, test } from 'vitest'
import { createPersist } from '@main/staging/persist'
import { createRests } from '@main/staging/rests'
import type { Step } from '@main/staging/step'
import { FirstError, type ErrorCode } from '@shared/errors'
import { errorOfReason } from '@shared/globus/reason-error'
import type { SignInNeed } from '@shared/globus/sign-in-need'

const rests: number[] = []
const needs: (SignInNeed | undefined)[] = []
const persist = createPersist({ rest: (ms) => Promise.resolve(void rests.push(ms)), random: () => 1, onNeed: (need) => void needs.push(need) })
function stepOf(said: (string | undefined)[] = []) {
  const ending = new AbortController()
  const step: Step = { leaving: new AbortController().signal, ending: ending.signal, onWait: (words) => void said.push(words) }
  return { step, end: () => ending.abort() }
}
/** Fails so, and then gives the number of tries. */
const failing = (...codes: readonly ErrorCode[]) => (tries: number): Promise<number> => {
  const code = codes[tries]
  return code === undefined ? Promise.resolve(tries) : Promise.reject(new FirstError(code, `It is ${code}.`))
}

test('waits ever longer, up to a minute, for what says nothing of the step, however often it fails', async () => {
  rests.length = 0
  const said: (string | undefined)[] = []
  expect(await persist(stepOf(said).step, failing(...Array<ErrorCode>(12).fill('upstream_unreachable')))).toBe(12)
  expect(rests).toEqual([1, 2, 4, 8, 16, 32, ...Array<number>(6).fill(60)].map((seconds) => seconds * 1000))
  expect(said[0]).toBe('It is upstream_unreachable.')
})

test('gives up what fails by the other side\'s fault, after so many tries', async () => {
  await expect(persist(stepOf().step, failing('upstream_error', 'upstream_unreachable', 'upstream_garbled', 'upstream_error'), 3)).rejects.toMatchObject({ code: 'upstream_error' })
  expect(await persist(stepOf().step, failing('upstream_error', 'upstream_error'), 3)).toBe(2)
})

test('does not try again what will never be', async () => {
  for (const code of ['access_denied', 'not_found', 'invalid_request', 'internal_error'] as const) await expect(persist(stepOf().step, failing(code))).rejects.toMatchObject({ code })
})

test('tells whom a sign-in helps, in the sentence of the site, and that it is needed no more', async () => {
  const said: (string | undefined)[] = []
  const reason = { kind: 'consent' as const, sentence: 'ALCF needs your consent.', requiredScopes: ['files'] }
  await persist(stepOf(said).step, (tries) => (tries === 0 ? Promise.reject(errorOfReason(reason, 'alcf')) : Promise.resolve(tries)))
  expect([said, needs]).toEqual([['ALCF needs your consent.'], [{ site: 'alcf', reason }, undefined]])
})

test('leaves a need standing when the app quits, and takes it back when the batch is cancelled', async () => {
  const reason = { kind: 'consent' as const, sentence: 'ALCF needs your consent.' }
  for (const [which, left] of [['leaving', [{ site: 'alcf', reason }]], ['ending', [{ site: 'alcf', reason }, undefined]]] as const) {
    needs.length = 0
    const stopping = new AbortController()
    const tried = persist({ ...stepOf().step, [which]: stopping.signal, onWait: () => stopping.abort() }, () => Promise.reject(errorOfReason(reason, 'alcf')))
    await expect(tried).rejects.toMatchObject({ code: 'cancelled' })
    expect(needs).toEqual(left)
  }
})

test('waits as long as the other side asks', async () => {
  rests.length = 0
  await persist(stepOf().step, (tries) => (tries === 0 ? Promise.reject(new FirstError('too_many_requests', 'Later.', { retryAfterS: 30 })) : Promise.resolve(tries)))
  expect(rests).toEqual([30_000])
})

test('ends with the batch', async () => {
  const { step, end } = stepOf()
  const tried = persist(step, () => {
    end()
    return Promise.reject(new FirstError('upstream_unreachable', 'Away.'))
  })
  await expect(tried).rejects.toMatchObject({ code: 'upstream_unreachable' })
  await expect(persist(step, () => Promise.resolve(1))).rejects.toMatchObject({ code: 'cancelled' })
})

test('a rest ends at its time, when somebody has signed in, and with the batch', async () => {
  const due: (() => void)[] = []
  const cancelled: number[] = []
  const rested = createRests((_ms, callback) => {
    const index = due.push(callback) - 1
    return () => void cancelled.push(index)
  })
  const stop = new AbortController()
  const all = [rested.rest(1, stop.signal), rested.rest(2, stop.signal)]
  due[0]?.()
  await all[0]
  rested.wake()
  await all[1]
  const last = rested.rest(3, stop.signal)
  stop.abort()
  await last
  await rested.rest(4, stop.signal)
  expect(cancelled).toEqual([0, 1, 2, 3])
})
