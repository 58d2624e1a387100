import { Button } from '@renderer/ui/button'
import { useEffect, useRef, type RefObject } from 'react'

export interface EarlierMessagesProps {
  readonly count: number
  readonly onShow: () => void
  readonly scroller: RefObject<HTMLDivElement | null>
}

/** The top of what is drawn of a long conversation: scrolling near it draws more, and the place being read stays where it is. */
export function EarlierMessages({ count, onShow, scroller }: EarlierMessagesProps) {
  const top = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (top.current === null) return
    const near = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && onShow(), {
      root: scroller.current,
      rootMargin: '600px 0px 0px',
    })
    near.observe(top.current)
    return () => near.disconnect()
  }, [onShow, scroller])
  return (
    <div ref={top} className="flex justify-center py-2">
      <Button look="quiet" onClick={onShow}>
        Show earlier messages ({count})
      </Button>
    </div>
  )
}
