/** Numbers that look random and are the same in every run. */
export interface Random {
  /** 0 to 1, without 1. */
  uniform(): number
  /** With this mean. */
  exponential(mean: number): number
  /** exp of a normal with this standard deviation, times the median. */
  logNormal(median: number, sigma: number): number
  /** At least `least`; the smaller `alpha`, the heavier the tail. */
  pareto(least: number, alpha: number): number
}

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    uniform,
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    logNormal: (median, sigma) => median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())),
    pareto: (least, alpha) => least / (1 - uniform()) ** (1 / alpha),
  }
}
