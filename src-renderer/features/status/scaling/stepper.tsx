import { inputClass } from '@renderer/ui/field'
import { cn } from '@renderer/ui/cn'
import { Minus, Plus, type LucideIcon } from 'lucide-react'

export interface StepperProps {
  readonly label: string
  readonly value: number
  /** It goes from 0 to here. */
  readonly max: number
  readonly isDisabled: boolean
  readonly onChange: (value: number) => void
}

/** A whole number, by keys or by steps. */
export function Stepper({ label, value, max, isDisabled, onChange }: StepperProps) {
  const step = (by: number, name: string, Icon: LucideIcon) => (
    <button
      type="button"
      aria-label={name}
      disabled={isDisabled || value + by < 0 || value + by > max}
      onClick={() => onChange(value + by)}
      className="flex w-8 items-center justify-center rounded-[inherit] text-ink-soft hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 disabled:text-ink-mute disabled:opacity-50 disabled:hover:bg-transparent"
    >
      <Icon className="size-3.5" strokeWidth={2} aria-hidden />
    </button>
  )
  return (
    <div role="group" aria-label={label} className="flex h-8 items-stretch rounded-md border border-line focus-within:border-accent">
      {step(-1, 'One less', Minus)}
      <input
        type="number"
        aria-label={label}
        min={0}
        max={max}
        value={value}
        disabled={isDisabled}
        onChange={({ target: { valueAsNumber } }) => Number.isInteger(valueAsNumber) && onChange(Math.min(max, Math.max(0, valueAsNumber)))}
        className={cn(inputClass, 'w-10 rounded-none border-0 border-x border-line px-0 text-center focus-visible:outline-none tabular-nums [appearance:textfield] [&::-webkit-inner-spin-button]:appearance-none')}
      />
      {step(1, 'One more', Plus)}
    </div>
  )
}
