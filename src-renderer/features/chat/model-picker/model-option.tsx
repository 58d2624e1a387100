import { tokens } from '@renderer/ui/format'
import { StatusMark, statusWord } from '@renderer/ui/status-mark'
import type { ModelInfo } from '@shared/domain/model'
import { Command } from 'cmdk'
import { Check } from 'lucide-react'

export interface ModelOptionProps {
  readonly model: ModelInfo
  readonly isChosen: boolean
  readonly onChoose: () => void
}

export function ModelOption({ model, isChosen, onChoose }: ModelOptionProps) {
  const { id, cluster, status, progress, isGuide = false, contextTokens } = model
  const reason = model.reason ?? (isGuide ? 'Built-in help. Answers from the help pages; not a language model.' : undefined)
  return (
    <Command.Item
      value={`${cluster}/${id}`}
      keywords={[cluster, statusWord(status)]}
      onSelect={onChoose}
      className="rounded-md px-2 py-1.5 text-sm data-[selected=true]:bg-hover"
    >
      <div className="flex items-center gap-2">
        <Check className={isChosen ? 'size-4 shrink-0 text-accent' : 'invisible size-4 shrink-0'} strokeWidth={2} aria-label="chosen" />
        <span className="min-w-0 flex-1 truncate" title={id}>
          {id}
        </span>
        {contextTokens !== undefined && (
          <span className="text-xs text-ink-mute tabular-nums" title={`Context of ${contextTokens.toLocaleString()} tokens`}>
            {tokens(contextTokens)}
          </span>
        )}
        <StatusMark status={status} className="min-w-16" {...(status === 'starting' && progress !== undefined && { word: `Starting ${Math.round(progress * 100)}%` })} />
      </div>
      {reason !== undefined && <p className="mt-0.5 pl-6 text-xs text-ink-mute">{reason}</p>}
    </Command.Item>
  )
}
