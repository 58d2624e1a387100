/** Runs at most `width` of the tasks it is given at once; the rest wait in order. */
export function createLimiter(width: number): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (task) => {
    // Whoever ends hands its turn to the next, so nobody that comes in between can take it.
    if (running < width) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
