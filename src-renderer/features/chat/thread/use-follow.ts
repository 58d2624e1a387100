import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** Closer to the end than this many pixels counts as at the end. */
const slackPx = 24

export interface Follow {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly content: RefObject<HTMLDivElement | null>
  /** False once the person has scrolled away from the end. */
  readonly isAtEnd: boolean
  readonly toEnd: () => void
  /** Stays where it is, whatever grows. */
  readonly hold: () => void
}

/**
 * Keeps the end in view while the content grows, until the person scrolls up; at the end it takes hold again.
 * `key` names what is shown: a new one begins at its end.
 */
export function useFollow(key: string | undefined): Follow {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const isFollowing = useRef(true)
  const lastTop = useRef(0)
  const [isAtEnd, setIsAtEnd] = useState(true)

  const toEnd = useCallback(() => {
    isFollowing.current = true
    setIsAtEnd(true)
    const box = scroller.current
    if (box !== null) box.scrollTop = box.scrollHeight
  }, [])

  useLayoutEffect(() => {
    isFollowing.current = true
    const box = scroller.current
    if (box !== null) box.scrollTop = box.scrollHeight
  }, [key])

  useEffect(() => {
    const box = scroller.current
    const inner = content.current
    if (box === null || inner === null) return
    const scrolled = () => {
      const isNear = box.scrollHeight - box.scrollTop - box.clientHeight < slackPx
      // Only a person moves up: growth and our own jumps move down, and a shrinking content ends near the end.
      if (isNear) isFollowing.current = true
      else if (box.scrollTop < lastTop.current) isFollowing.current = false
      lastTop.current = box.scrollTop
      setIsAtEnd(isFollowing.current)
    }
    const grown = new ResizeObserver(() => {
      if (isFollowing.current) box.scrollTop = box.scrollHeight
    })
    grown.observe(inner)
    grown.observe(box)
    box.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      grown.disconnect()
      box.removeEventListener('scroll', scrolled)
    }
  }, [key])

  const hold = useCallback(() => {
    isFollowing.current = false
  }, [])

  return { scroller, content, isAtEnd, toEnd, hold }
}
