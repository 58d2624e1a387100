import type { BranchMessage } from '@renderer/db'
import { useEffect, useRef, useState } from 'react'

/** A long answer is read by the person at their own pace; a short one is read out. */
const readOutChars = 300

/** Tells a screen reader that an answer began and how it ended, never each token. */
export function AnswerAnnouncer({ messages, streamingId }: { readonly messages: readonly BranchMessage[]; readonly streamingId: string | undefined }) {
  const [said, setSaid] = useState('')
  const last = useRef<string>(undefined)
  useEffect(() => {
    if (streamingId !== undefined && last.current !== streamingId) {
      last.current = streamingId
      setSaid('The answer is coming.')
    }
    if (streamingId !== undefined || last.current === undefined) return
    const ended = messages.find(({ id }) => id === last.current)
    if (ended === undefined || ended.state === 'streaming') return
    last.current = undefined
    if (ended.state === 'failed') setSaid(`The answer failed. ${ended.error?.message ?? ''}`)
    else if (ended.state === 'stopped') setSaid('The answer was stopped.')
    else setSaid(ended.content.length <= readOutChars ? `The answer: ${ended.content}` : 'The answer is complete.')
  }, [messages, streamingId])
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {said}
    </div>
  )
}
