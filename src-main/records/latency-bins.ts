import { z } from 'zod'

/**
 * Times counted in bins of equal ratio, so that those of hours add up to those of days and percentiles can be read from any sum.
 * Bin `n` holds the times nearest to `ratio ** n` milliseconds: what is read back is within 10 % of what was measured.
 */
export type LatencyBins = Map<number, number>

const ratio = 1.2
const logOfRatio = Math.log(ratio)
/** 0.1 ms and 18 hours; what is beyond counts as these. */
const [lowest, highest] = [-13, 99]

export function countTime(bins: LatencyBins, timeMs: number, times = 1): void {
  const bin = timeMs > 0 ? Math.min(highest, Math.max(lowest, Math.round(Math.log(timeMs) / logOfRatio))) : lowest
  bins.set(bin, (bins.get(bin) ?? 0) + times)
}

export function addBins(into: LatencyBins, more: LatencyBins): void {
  for (const [bin, times] of more) into.set(bin, (into.get(bin) ?? 0) + times)
}

/** @param shares each 0 to 1. @returns the times in milliseconds that these shares of the measured stay within; undefined where none was. */
export function percentiles<const Shares extends readonly number[]>(bins: LatencyBins, shares: Shares): { [At in keyof Shares]: number } | undefined {
  const sorted = [...bins].sort(([one], [other]) => one - other)
  const total = sorted.reduce((sum, [, times]) => sum + times, 0)
  if (total === 0) return undefined
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total))
    let seen = 0
    const [bin] = sorted.find(([, times]) => (seen += times) >= rank) ?? [highest]
    return Number((ratio ** bin).toPrecision(3))
  }) as { [At in keyof Shares]: number }
}

const flatPairs = z.array(z.number().int())

/** As kept in the database: JSON of bin, count, bin, count, … */
export function encodeBins(bins: LatencyBins): string {
  return JSON.stringify([...bins].sort(([one], [other]) => one - other).flat())
}

/** What cannot be read counts as nothing measured: the other figures of its row are still good. */
export function decodeBins(text: string): LatencyBins {
  const pairs = readPairs(text)
  const bins: LatencyBins = new Map()
  for (let at = 0; at + 1 < pairs.length; at += 2) bins.set(pairs[at] ?? 0, pairs[at + 1] ?? 0)
  return bins
}

function readPairs(text: string): readonly number[] {
  try {
    return flatPairs.safeParse(JSON.parse(text)).data ?? []
  } catch {
    return [] // not JSON
  }
}
