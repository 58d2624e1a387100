import { useEffect } from 'react'

/** Moments of a start that `npm run bench` measures. */
type Milestone = 'window-usable' | 'history-painted'

/** Marks, once and when it is on the screen, that a moment of the start was reached (User Timing). */
export function useMilestone(name: Milestone, isReached: boolean): void {
  useEffect(() => {
    if (!isReached || performance.getEntriesByName(name).length > 0) return
    const frame = requestAnimationFrame(() => performance.mark(name))
    return () => cancelAnimationFrame(frame)
  }, [name, isReached])
}
