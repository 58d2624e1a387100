import { useEffect, useRef } from 'react'

/** Frames in which the place of the message may still move: what is above it gets its real height only when it is drawn. */
const settlingFrames = 20

/** Brings a message into view once, and marks it for a moment. `hold` keeps the view from following the end. */
export function useJump(messageId: string | undefined, hold: () => void): void {
  const jumped = useRef<string>(undefined)
  useEffect(() => {
    if (messageId === undefined || jumped.current === messageId) return
    const element = document.getElementById(`message-${messageId}`)
    if (element === null) return
    jumped.current = messageId
    element.dataset['found'] = 'true'
    let left = settlingFrames
    let frame = 0
    const settle = () => {
      hold()
      element.scrollIntoView({ block: 'center' })
      left -= 1
      if (left > 0) frame = requestAnimationFrame(settle)
    }
    settle()
    return () => cancelAnimationFrame(frame)
  }, [messageId, hold])
}
