const dotsOfALoad = 100

/**
 * Follows how far the weights are loaded. llama.cpp prints a dot for each hundredth of them; its callback would do, but cannot be
 * heard while the load blocks the child. A small model takes larger steps and prints fewer dots.
 * @param onProgress gets fractions from 0 to 1, growing.
 */
export function createLoadProgress(onProgress: (fraction: number) => void): (output: string) => void {
  let dots = 0
  return (output) => {
    const runs = output.match(/^\.+$/gm) ?? []
    if (runs.length === 0) return
    dots = Math.min(dotsOfALoad, dots + runs.join('').length)
    onProgress(dots / dotsOfALoad)
  }
}
