import { Check } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import { useId, type ReactNode } from 'react'

export interface CheckboxProps {
  readonly label: ReactNode
  /** What it means, under the label. */
  readonly hint?: ReactNode
  readonly isChecked: boolean
  readonly onChange: (isChecked: boolean) => void
}

export function Checkbox({ label, hint, isChecked, onChange }: CheckboxProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-2 text-sm">
      <Radix.Root
        id={id}
        checked={isChecked}
        onCheckedChange={(next) => onChange(next === true)}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="mt-0.5 inline-flex size-4 shrink-0 items-center justify-center rounded-sm border border-control bg-canvas text-on-accent data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Radix.Indicator>
          <Check className="size-3" strokeWidth={2.5} aria-hidden />
        </Radix.Indicator>
      </Radix.Root>
      <div className="min-w-0">
        <label htmlFor={id} className="block wrap-anywhere">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-xs text-ink-mute">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}
