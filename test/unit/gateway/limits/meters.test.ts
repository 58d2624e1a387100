import { Meters } from '@main/gateway/limits/meters'
import { durationText } from '@main/gateway/limits/quotas'
import { expect, test } from 'vitest'

test('meters of keys and models that were quiet for a minute are forgotten, those with requests under way are not', () => {
  const meters = new Meters()
  for (let index = 0; index < 1000; index++) meters.of(`key-${index}`).requests.add(5_000, 1)
  meters.of('busy').inFlight = 1
  meters.of('late').tokens.add(30_000, 1)
  meters.prune(60_000)
  expect(meters.size).toBe(1002)
  meters.prune(70_000)
  expect(meters.size).toBe(2)
})

test.each([
  [0, '0s'],
  [1, '1s'],
  [59_001, '1m0s'],
  [60_001, '1m1s'],
  [360_000, '6m0s'],
])('%d ms until a limit is whole again are written %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
