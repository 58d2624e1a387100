import { createRounds, type Rounds } from '@main/scheduler/rounds'
import { beforeEach, expect, test } from 'vitest'
import { manualTimers, type ManualTimers } from '../clusters/manual-timers'

let timers: ManualTimers
let rounds: Rounds
let times: number[]
beforeEach(() => {
  timers = manualTimers()
  times = []
  const bornMs = timers.now()
  rounds = createRounds({ everyMs: 1000, after: (ms, callback) => timers.after(ms, callback), tick: () => void times.push(timers.now() - bornMs) })
})

test('the first round is at once, and the next ones as often as was said', async () => {
  await timers.advance(2500)
  expect(times).toEqual([0, 1000, 2000])
})

test('many wishes bring one round, soon', async () => {
  await timers.advance(100)
  for (let count = 0; count < 5; count++) rounds.soon()
  await timers.advance(1000)
  expect(times).toEqual([0, 120])
  await timers.advance(200)
  expect(times).toEqual([0, 120, 1120])
})

test('wishes that never end do not put a round off', async () => {
  await timers.advance(100)
  for (let count = 0; count < 10; count++) {
    rounds.soon()
    await timers.advance(5)
  }
  expect(times).toEqual([0, 120, 140])
})

test('none comes after the stop, not even one that was wished for', async () => {
  await timers.advance(100)
  rounds.soon()
  rounds.stop()
  rounds.soon()
  await timers.advance(5000)
  expect(times).toEqual([0])
})
