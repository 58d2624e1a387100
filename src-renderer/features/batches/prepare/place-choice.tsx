import { cn } from '@renderer/ui/cn'
import { StatusMark } from '@renderer/ui/status-mark'
import { modelStatus } from '@shared/domain/model'
import { RadioGroup } from 'radix-ui'
import { rate } from '../batch-words'
import { takesWords, type PlaceOption } from './estimates'

export interface PlaceChoiceProps {
  readonly options: readonly PlaceOption[]
  /** Key of the one that holds. */
  readonly value: string
  readonly onChange: (key: string) => void
  /** Whether there is anything to reckon a time for. */
  readonly hasTimes: boolean
}

/** Where it is to run, with what each place would take, from what was measured there. */
export function PlaceChoice({ options, value, onChange, hasTimes }: PlaceChoiceProps) {
  return (
    <RadioGroup.Root aria-label="Where it runs" value={value} onValueChange={onChange} className="overflow-hidden rounded-xl border border-line">
      {options.map((option) => (
        <RadioGroup.Item
          key={option.key}
          value={option.key}
          className={cn('grid w-full grid-cols-[1rem_minmax(0,1fr)_6rem_auto] items-center gap-3 border-line px-4 py-2 text-left text-sm not-first:border-t focus-visible:-outline-offset-2', option.key === value ? 'bg-accent-soft' : 'hover:bg-hover')}
        >
          <span className="flex size-4 items-center justify-center rounded-full border border-control bg-canvas" aria-hidden>
            <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
          </span>
          <span className="min-w-0">
            <span className="block truncate font-medium">{option.cluster ?? 'Wherever it is served'}</span>
            <span className="block truncate text-xs text-ink-mute">{facts(option)}</span>
          </span>
          <span>{option.cluster !== undefined && <Status option={option} />}</span>
          <span className="text-right text-xs text-ink-soft tabular-nums">{hasTimes && takesWords(option.takes)}</span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}

function facts({ cluster, framework, estimates }: PlaceOption): string {
  if (cluster === undefined) return estimates.length === 0 ? 'It waits until some cluster serves it' : 'All places share the requests, and it goes on when one of them is gone'
  const [first] = estimates
  return [framework, first?.capacity === undefined ? undefined : `${first.capacity} at once`, first?.requestsPerS === undefined ? undefined : `${rate(first.requestsPerS)} req/s measured`].filter((word) => word !== undefined).join(' · ')
}

function Status({ option: { estimates } }: { readonly option: PlaceOption }) {
  return <StatusMark status={modelStatus.catch('unknown').parse(estimates[0]?.status)} />
}
