import { useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Share of the main thread that rendering a growing answer may take. */
const share = 1 / 3
/** Text that grows more often than this looks no smoother, and every step paints the page again. */
const stepMs = 32

/**
 * A text that grows, passed on as fast as it can be rendered: what one rendering cost is waited for twice before the next,
 * so a slow machine shows larger steps and still answers to keys.
 */
export function usePaced(text: string, isGrowing: boolean): string {
  const [shown, setShown] = useState(text)
  const latest = useRef(text)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const startedMs = useRef<number>(undefined)
  const costMs = useRef(0)

  useEffect(() => {
    latest.current = text
    if (!isGrowing || shown === text) return
    // One timer at a time: text that comes meanwhile is in `latest` and goes with it.
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined
        startedMs.current = performance.now()
        setShown(latest.current)
      },
      Math.max(stepMs, costMs.current * (1 / share - 1)),
    )
  }, [text, shown, isGrowing])

  useLayoutEffect(() => {
    if (startedMs.current !== undefined) costMs.current = performance.now() - startedMs.current
    startedMs.current = undefined
  }, [shown])

  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )

  return isGrowing ? shown : text
}
