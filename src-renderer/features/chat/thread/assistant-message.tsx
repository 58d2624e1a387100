import { type BranchMessage, useProgress } from '@renderer/db'
import { Markdown } from '@renderer/ui/markdown'
import { useMemo } from 'react'
import { normalizeMath, type StreamView, useStream } from '../engine'
import { shortName } from '../model-picker/choose-model'
import { AnswerEnd } from './answer-end'
import { MessageActions } from './message-actions'
import { Reasoning } from './reasoning'
import { Waiting } from './waiting'

export interface AssistantMessageProps {
  readonly message: BranchMessage
  readonly isLast: boolean
  /** Counts the turns of the branch from 1: landmarks need names of their own. */
  readonly turn: number
}

/** One answer: what is stored of it, or while it grows, what has come so far. */
export function AssistantMessage({ message, isLast, turn }: AssistantMessageProps) {
  const stream = useStream(message.id)
  const isElsewhere = message.state === 'streaming' && stream === undefined
  const progress = useProgress(isElsewhere ? message.id : undefined)
  const content = stream?.content ?? progress?.content ?? message.content
  const reasoning = stream?.reasoning ?? progress?.reasoning ?? message.reasoning ?? ''
  const isGrowing = message.state === 'streaming'
  const text = useMemo(() => normalizeMath(content), [content])
  const cluster = stream?.cluster ?? message.choice?.cluster

  return (
    <section className="group" aria-label={`Answer ${turn}`} aria-busy={isGrowing}>
      <h2 className="mb-1.5 flex items-baseline gap-1.5 text-xs text-ink-mute">
        <span className="font-medium text-ink-soft" title={message.choice?.model}>
          {message.choice === undefined ? 'Answer' : shortName(message.choice.model)}
        </span>
        {cluster !== undefined && <span>{cluster}</span>}
      </h2>
      {reasoning !== '' && <Reasoning text={reasoning} isGrowing={stream?.phase === 'thinking'} {...thinkingTime(stream, message)} />}
      {content !== '' && <Markdown text={text} isStreaming={isGrowing} />}
      {stream?.phase === 'waiting' && <Waiting stream={stream} choice={message.choice} />}
      {stream?.storageProblem !== undefined && (
        <p role="status" className="mt-2 text-xs text-wait">
          {stream.storageProblem}
        </p>
      )}
      {!isGrowing && <AnswerEnd message={message} />}
      {!isGrowing && <MessageActions message={message} isAlwaysShown={isLast} />}
    </section>
  )
}

function thinkingTime(stream: StreamView | undefined, message: BranchMessage): { readonly ms?: number } {
  if (stream?.firstTokenAtMs !== undefined && stream.answerAtMs !== undefined) return { ms: stream.answerAtMs - stream.firstTokenAtMs }
  return message.timing?.reasoningMs === undefined ? {} : { ms: message.timing.reasoningMs }
}
