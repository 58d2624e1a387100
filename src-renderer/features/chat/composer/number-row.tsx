import { inputClass } from '@renderer/ui/field'
import { cn } from '@renderer/ui/cn'
import { Slider } from 'radix-ui'
import { useId, useState } from 'react'

export interface NumberRowProps {
  readonly label: string
  readonly hint: string
  readonly min: number
  readonly max?: number
  readonly step: number
  /** Absent: left to the model. */
  readonly value: number | undefined
  readonly onChange: (value: number | undefined) => void
}

/** A number that may be left open: a slider where it has two ends, and always a field. */
export function NumberRow({ label, hint, min, max, step, value, onChange }: NumberRowProps) {
  const id = useId()
  const [text, setText] = useState<string>()
  const shown = text ?? (value === undefined ? '' : String(value))
  const take = (typed: string) => {
    const number = Number(typed)
    const isFit = typed.trim() !== '' && number >= min && number <= (max ?? Number.MAX_SAFE_INTEGER) && (step < 1 || Number.isInteger(number))
    if (typed.trim() === '') onChange(undefined)
    else if (isFit) onChange(number)
    setText(typed.trim() === '' || isFit ? undefined : typed)
  }
  const isWrong = text !== undefined
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center gap-3">
        <label htmlFor={id} className="w-28 text-sm font-medium">
          {label}
        </label>
        {max === undefined ? (
          <span className="flex-1" />
        ) : (
          <Slider.Root
            min={min}
            max={max}
            step={step}
            value={[value ?? Math.min(1, max)]}
            onValueChange={([next]) => onChange(next)}
            className="relative flex h-8 flex-1 touch-none items-center"
          >
            <Slider.Track className="relative h-1 flex-1 rounded-full bg-selected">
              <Slider.Range className={cn('absolute h-full rounded-full', value === undefined ? 'bg-selected' : 'bg-accent')} />
            </Slider.Track>
            <Slider.Thumb aria-label={`${label}, slider`} className={cn('block size-3.5 rounded-full border bg-raised', value === undefined ? 'border-control' : 'border-accent')} />
          </Slider.Root>
        )}
        <input
          id={id}
          inputMode="decimal"
          placeholder="default"
          value={shown}
          aria-invalid={isWrong}
          aria-describedby={`${id}-hint`}
          onChange={(event) => take(event.target.value)}
          className={cn(inputClass, 'h-8 w-20 text-right tabular-nums')}
        />
      </div>
      <p id={`${id}-hint`} className={cn('text-xs', isWrong ? 'text-fail' : 'text-ink-mute')}>
        {isWrong ? `A ${step < 1 ? 'number' : 'whole number'} from ${min}${max === undefined ? '' : ` to ${max}`}` : hint}
      </p>
    </div>
  )
}
