import type { RequestRow } from '@shared/domain/records'
import { useLayoutEffect, useRef, type RefObject } from 'react'
import { keyOf } from './request-list'

/** New rows come in above: somebody who has scrolled down keeps the row they read where it is. */
export function useAnchor(scroller: RefObject<HTMLDivElement | null>, rows: readonly RequestRow[], rowHeight: number): void {
  const before = useRef<readonly RequestRow[]>([])
  useLayoutEffect(() => {
    const box = scroller.current
    const first = box === null ? undefined : before.current[Math.floor(box.scrollTop / rowHeight)]
    before.current = rows
    if (box === null || first === undefined || box.scrollTop < rowHeight) return
    const key = keyOf(first)
    const was = Math.floor(box.scrollTop / rowHeight)
    const is = rows.findIndex((row) => keyOf(row) === key)
    if (is !== -1 && is !== was) box.scrollBy(0, (is - was) * rowHeight)
  }, [scroller, rows, rowHeight])
}
