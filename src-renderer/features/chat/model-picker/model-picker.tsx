import { useClusters } from '@renderer/db'
import { cn } from '@renderer/ui/cn'
import { Popover } from '@renderer/ui/popover'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusShape, statusWord } from '@renderer/ui/status-mark'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelChoice } from '@shared/domain/conversation'
import type { ModelInfo } from '@shared/domain/model'
import { Command } from 'cmdk'
import { ChevronDown, Search } from 'lucide-react'
import { useState } from 'react'
import { shortName } from './choose-model'
import { ModelOption } from './model-option'

export interface ModelPickerProps {
  readonly choice: ModelChoice | undefined
  /** What is known of the chosen model now. */
  readonly model: ModelInfo | undefined
  readonly onChoose: (choice: ModelChoice) => void
}

export function ModelPicker({ choice, model, onChoose }: ModelPickerProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { isLive } = useClusters()
  // What was kept from last time is no news of whether a model answers now.
  const status = isLive ? (model?.status ?? 'unknown') : 'unknown'
  const name = choice === undefined ? 'Choose' : shortName(choice.model)
  return (
    <Popover
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      label="Choose a model"
      side="top"
      className="w-[26rem] max-w-[calc(100vw-2rem)]"
      trigger={
        <button
          type="button"
          className="flex h-8 min-w-0 items-center gap-2 rounded-md px-2 text-sm text-ink-soft transition-colors hover:bg-hover hover:text-ink data-[state=open]:bg-selected"
        >
          <StatusShape status={status} />
          <span className="sr-only">Model: </span>
          <span className="truncate font-medium text-ink">{name}</span>
          {choice?.cluster !== undefined && (
            <>
              <span className="sr-only"> on </span>
              <span className="truncate text-ink-mute">{choice.cluster}</span>
            </>
          )}
          <span className="sr-only">, {statusWord(status).toLowerCase()}</span>
          <ChevronDown className="size-3.5 shrink-0 text-ink-mute" strokeWidth={1.75} aria-hidden />
        </button>
      }
    >
      <ModelList
        chosen={choice}
        onChoose={(next) => {
          onChoose(next)
          setIsOpen(false)
        }}
      />
    </Popover>
  )
}

function ModelList({ chosen, onChoose }: { readonly chosen: ModelChoice | undefined; readonly onChoose: (choice: ModelChoice) => void }) {
  const { clusters, isLoaded, isLive } = useClusters()
  const current = chosen && `${chosen.cluster ?? ''}/${chosen.model}`
  return (
    <Command label="Models" loop {...(current === undefined ? {} : { defaultValue: current })}>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Search className="size-4 text-ink-mute" strokeWidth={1.75} aria-hidden />
        <Command.Input aria-label="Search models" placeholder="Search models and clusters" className="h-10 flex-1 bg-transparent text-sm focus-visible:outline-none" />
      </div>
      <Command.List className="max-h-80 overflow-y-auto p-1">
        <Command.Empty className="px-3 py-6 text-center text-sm text-ink-mute">
          {isLoaded ? 'No model has this in its name.' : 'The list of models has not come yet.'}
        </Command.Empty>
        {clusters.map((cluster) => (
          <Command.Group key={cluster.name} heading={<ClusterHeading cluster={cluster} isLive={isLive} />}>
            {cluster.models.map((model) => (
              <ModelOption
                key={model.id}
                model={model}
                isChosen={chosen?.model === model.id && (chosen.cluster ?? cluster.name) === cluster.name}
                onChoose={() => onChoose({ model: model.id, cluster: cluster.name })}
              />
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  )
}

function whereIs(url: string | undefined): string {
  return url === undefined ? 'this workstation' : new URL(url).host
}

interface ClusterHeadingProps {
  readonly cluster: ClusterSnapshot
  /** False while the list is the one kept from last time. */
  readonly isLive: boolean
}

function ClusterHeading({ cluster: { name, url, isReachable, problem, needsSignIn, takenAtMs }, isLive }: ClusterHeadingProps) {
  return (
    <div className="px-2 pt-2 pb-1 text-xs text-ink-mute">
      <div className="flex items-baseline justify-between gap-3">
        <span className="font-medium text-ink-soft">{name}</span>
        <span className={cn('truncate', !isReachable && 'shrink-0 text-wait')}>
          {isReachable ? whereIs(url) : needsSignIn === true ? 'Sign-in needed' : 'Not reachable'}
          {(!isReachable || !isLive) && takenAtMs > 0 && (
            <>
              , list from <RelativeTime atMs={takenAtMs} />
            </>
          )}
        </span>
      </div>
      {problem !== undefined && <p className="mt-0.5">{problem}</p>}
    </div>
  )
}
