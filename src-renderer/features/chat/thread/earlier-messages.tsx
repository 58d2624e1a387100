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
    const box = scroller.current
    const show = () => {
      // At the very top the browser would keep the top in view, and not the message that is read.
      if (box?.scrollTop === 0) box.scrollTop = 1
      onShow()
    }
    const near = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && show(), { root: box, rootMargin: '600px 0px 0px' })
    near.observe(top.current)
    return () => near.disconnect()
  }, [onShow, scroller])
  return (
    <div ref={top} className="flex justify-center py-2 [overflow-anchor:none]">
      <Button look="quiet" onClick={onShow}>
        Show earlier messages ({count})
      </Button>
    </div>
  )
}
