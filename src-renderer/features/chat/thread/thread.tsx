import { useBranch } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { cn } from '@renderer/ui/cn'
import { ArrowDown } from 'lucide-react'
import { useEffect } from 'react'
import { useStreamingMessageId } from '../engine'
import { AnswerAnnouncer } from './answer-announcer'
import { EarlierMessages } from './earlier-messages'
import { MessageView } from './message-view'
import { useFollow } from './use-follow'
import { useJump } from './use-jump'
import { useMessageWindow } from './use-message-window'

export interface ThreadProps {
  readonly conversationId: string
  /** A message to bring into view, from a search. */
  readonly jumpTo: string | undefined
}

export function Thread({ conversationId, jumpTo }: ThreadProps) {
  const branch = useBranch(conversationId)
  const streamingId = useStreamingMessageId(conversationId)
  const isLoaded = branch !== undefined
  const { scroller, content, isAtEnd, toEnd, hold } = useFollow(isLoaded ? conversationId : undefined)
  const messages = branch ?? []
  const jumpIndex = messages.findIndex(({ id }) => id === jumpTo)
  const { from, hasEarlier, showEarlier } = useMessageWindow(messages.length, jumpIndex === -1 ? undefined : jumpIndex)
  useJump(jumpIndex === -1 ? undefined : jumpTo, hold)
  useEffect(() => {
    // A turn that was just sent is looked at, wherever the person was reading.
    if (streamingId !== undefined) toEnd()
  }, [streamingId, toEnd])

  return (
    <div className="relative min-h-0 flex-1">
      <div ref={scroller} role="log" aria-live="off" aria-label="Conversation" tabIndex={0} className="h-full overflow-y-auto focus-visible:-outline-offset-2">
        <div ref={content} className="mx-auto max-w-[46rem] px-6 pt-6 pb-4">
          {hasEarlier && <EarlierMessages count={from} onShow={showEarlier} scroller={scroller} />}
          {messages.slice(from).map((message, index) => (
            <div
              key={message.id}
              id={`message-${message.id}`}
              className={cn('py-2', from + index < messages.length - 2 && '[contain-intrinsic-size:auto_12rem] [content-visibility:auto]')}
            >
              <MessageView message={message} isLast={from + index === messages.length - 1} turn={Math.floor((from + index) / 2) + 1} />
            </div>
          ))}
        </div>
      </div>
      {!isAtEnd && (
        <Button className="absolute bottom-3 left-1/2 -translate-x-1/2 bg-raised shadow-pop" onClick={toEnd}>
          <ArrowDown strokeWidth={1.75} aria-hidden />
          Jump to latest
        </Button>
      )}
      <AnswerAnnouncer messages={messages} streamingId={streamingId} />
    </div>
  )
}
