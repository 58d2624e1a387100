import { addBins, countTime, decodeBins, encodeBins, percentiles, type LatencyBins } from '@main/records/latency-bins'
import { assert, constantFrom, array, double, property } from 'fast-check'
import { describe, expect, test } from 'vitest'

const binsOf = (times: readonly number[]): LatencyBins => {
  const bins: LatencyBins = new Map()
  for (const time of times) countTime(bins, time)
  return bins
}
const time = double({ min: 0.1, max: 6e7, noNaN: true })

describe('times in bins', () => {
  test('give percentiles within a tenth of the true ones', () => {
    assert(
      property(array(time, { minLength: 1, maxLength: 300 }), constantFrom(0, 0.01, 0.5, 0.95, 0.99, 1), (times, share) => {
        const sorted = times.toSorted((one, other) => one - other)
        const exact = sorted[Math.max(1, Math.ceil(share * times.length)) - 1] ?? 0
        const [found] = percentiles(binsOf(times), [share]) ?? [0]
        expect(found / exact).toBeGreaterThan(0.9)
        expect(found / exact).toBeLessThan(1.1)
      }),
    )
  })

  test('of two parts add up to those of the whole, also through the text they are kept as', () => {
    assert(
      property(array(time), array(time), (one, other) => {
        const sum = decodeBins(encodeBins(binsOf(one)))
        addBins(sum, decodeBins(encodeBins(binsOf(other))))
        expect(encodeBins(sum)).toBe(encodeBins(binsOf([...one, ...other])))
      }),
    )
  })

  test('say nothing where nothing was measured, or where the text is damaged', () => {
    expect(percentiles(new Map(), [0.5])).toBeUndefined()
    for (const text of ['', '[1', '{}', '["a"]', '[1.5,2]']) expect(percentiles(decodeBins(text), [0.5])).toBeUndefined()
  })

  test('take what is no time of ours into the outermost bins', () => {
    expect(percentiles(binsOf([0, -1, 1e-9]), [1])?.[0]).toBeLessThan(0.11)
    expect(percentiles(binsOf([1e300]), [0])?.[0]).toBeGreaterThan(6e7)
  })
})
