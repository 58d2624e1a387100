import { useCallback, useState } from 'react'

/** Messages drawn at first, and each time the person comes to the top of what is drawn. */
const step = 24

export interface MessageWindow {
  /** Index of the first message that is drawn. */
  readonly from: number
  readonly hasEarlier: boolean
  readonly showEarlier: () => void
}

/** How much of a long conversation is in the page: its newest messages, back to `jumpIndex` where there is one. */
export function useMessageWindow(count: number, jumpIndex: number | undefined): MessageWindow {
  const [shown, setShown] = useState(step)
  const wanted = jumpIndex === undefined ? shown : Math.max(shown, count - jumpIndex + step / 4)
  const from = Math.max(0, count - wanted)
  const showEarlier = useCallback(() => setShown(wanted + step), [wanted])
  return { from, hasEarlier: from > 0, showEarlier }
}
