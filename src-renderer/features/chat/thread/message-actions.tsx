import type { BranchMessage } from '@renderer/db'
import { cn } from '@renderer/ui/cn'
import { CopyButton } from '@renderer/ui/copy-button'
import { count, duration } from '@renderer/ui/format'
import { IconButton } from '@renderer/ui/icon-button'
import { RefreshCw } from 'lucide-react'
import { Fragment } from 'react'
import { tokensPerSecond, useChatEngine } from '../engine'
import { tell } from '@renderer/ui/tell'
import { BranchWalker } from './branch-walker'

/** What can be done with an answer, and what it took; of the last one the meter tells. */
export function MessageActions({ message, isAlwaysShown }: { readonly message: BranchMessage; readonly isAlwaysShown: boolean }) {
  const engine = useChatEngine()
  return (
    <div className="mt-1.5 -ml-1.5 flex h-7 items-center gap-1">
      <BranchWalker message={message} />
      <div className={cn('flex items-center gap-0.5 transition-opacity', !isAlwaysShown && 'opacity-0 group-focus-within:opacity-100 group-hover:opacity-100')}>
        {message.content !== '' && <CopyButton text={() => message.content} label="Copy answer" />}
        <IconButton icon={RefreshCw} label="Regenerate" size="small" onClick={() => void engine.regenerate(message.id).catch(tell)} />
        {!isAlwaysShown && <Facts message={message} />}
      </div>
    </div>
  )
}

function Facts({ message }: { readonly message: BranchMessage }) {
  const { usage, timing } = message
  const speed = tokensPerSecond(message)
  const facts = [
    usage && `${usage.isEstimated ? '≈ ' : ''}${count(usage.completionTokens)} tokens`,
    speed !== undefined && `${speed.toFixed(speed < 10 ? 1 : 0)} tokens/s`,
    timing && `first after ${duration(timing.firstTokenMs)}`,
  ].filter((fact) => typeof fact === 'string')
  return (
    <span className="ml-2 text-xs text-ink-mute tabular-nums">
      {facts.map((fact, index) => (
        <Fragment key={fact}>
          {index > 0 && <span aria-hidden> · </span>}
          {fact}
        </Fragment>
      ))}
    </span>
  )
}
