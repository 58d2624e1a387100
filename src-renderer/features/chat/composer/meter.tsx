import { useBranch } from '@renderer/db'
import { count, duration, tokens } from '@renderer/ui/format'
import type { ReactNode } from 'react'
import { tokensPerSecond, useStream, useStreamingMessageId } from '../engine'
import type { Chat } from '../use-chat'
import { readMeter } from './read-meter'

/** Always in view: how fast the last answer came, who gave it, and how much of the model's context is used. */
export function Meter({ chat, conversationId }: { readonly chat: Chat; readonly conversationId: string | undefined }) {
  const branch = useBranch(conversationId)
  const stream = useStream(useStreamingMessageId(conversationId) ?? '')
  const { answerTokens, isEstimated, tokensPerS, firstTokenMs, servedBy, usedTokens } = readMeter(branch ?? [], stream, tokensPerSecond)
  const contextTokens = chat.model?.contextTokens
  return (
    <div role="group" aria-label="Meter" className="flex h-7 items-center gap-4 px-2 text-xs text-ink-mute tabular-nums">
      {answerTokens !== undefined && answerTokens > 0 && (
        <Reading label="Tokens of the last answer">
          {isEstimated && '≈ '}
          {count(answerTokens)} <Unit>tokens</Unit>
        </Reading>
      )}
      {tokensPerS !== undefined && (
        <Reading label="Speed of the last answer">
          {tokensPerS.toFixed(tokensPerS < 10 ? 1 : 0)} <Unit>tokens/s</Unit>
        </Reading>
      )}
      {firstTokenMs !== undefined && (
        <Reading label="Time to the first token">
          {duration(firstTokenMs)} <Unit>to first token</Unit>
        </Reading>
      )}
      {servedBy !== undefined && <Reading label="Served by">{servedBy}</Reading>}
      <span className="flex-1" />
      {usedTokens > 0 && (
        <Reading label={contextTokens === undefined ? 'Tokens of the conversation' : 'Context used'}>
          {tokens(usedTokens)}
          {contextTokens === undefined ? <Unit> in context</Unit> : <> / {tokens(contextTokens)}</>}
        </Reading>
      )}
      {usedTokens > 0 && contextTokens !== undefined && <ContextBar used={usedTokens / contextTokens} />}
    </div>
  )
}

function Reading({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <span title={label} className="whitespace-nowrap">
      <span className="sr-only">{label}: </span>
      {children}
    </span>
  )
}

function Unit({ children }: { readonly children: ReactNode }) {
  return <span className="text-[0.6875rem]">{children}</span>
}

function ContextBar({ used }: { readonly used: number }) {
  const share = Math.min(1, used)
  return (
    <span aria-hidden className="-ml-2 h-1 w-16 overflow-hidden rounded-full bg-selected">
      <span className={share > 0.85 ? 'block h-full bg-wait' : 'block h-full bg-accent'} style={{ width: `${Math.max(2, share * 100)}%` }} />
    </span>
  )
}
