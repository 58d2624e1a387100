import { useSyncExternalStore } from 'react'
import { age } from './format'

let nowMs = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** One timer for all ages on the page, while there is one. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const each of listeners) each()
  }, 10_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Unix milliseconds, moving on every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs)
}

/** How long ago, with the exact time on hover. */
export function RelativeTime({ atMs, className }: { readonly atMs: number; readonly className?: string }) {
  const now = useNow()
  const exact = new Date(atMs)
  return (
    <time dateTime={exact.toISOString()} title={exact.toLocaleString()} className={className}>
      {age(atMs, Math.max(now, atMs))}
    </time>
  )
}
