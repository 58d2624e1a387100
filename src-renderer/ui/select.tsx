import { ChevronDown } from 'lucide-react'
import { useId } from 'react'
import { cn } from './cn'
import { inputClass } from './field'

export interface SelectOption {
  readonly value: string
  readonly label: string
}

export interface SelectProps {
  readonly label: string
  /** Whether the label is only read out; a field of a form shows it. */
  readonly isLabelHidden?: boolean
  readonly value: string
  readonly options: readonly SelectOption[]
  /** Options under headings, after those without one. */
  readonly groups?: readonly { readonly label: string; readonly options: readonly SelectOption[] }[]
  readonly onChange: (value: string) => void
  readonly className?: string
}

/** One of many: the system's own list, which every keyboard and screen reader knows. */
export function Select({ label, isLabelHidden = false, value, options, groups = [], onChange, className }: SelectProps) {
  const id = useId()
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      <div className="relative">
        <select id={id} value={value} onChange={(event) => onChange(event.target.value)} className={cn(inputClass, 'h-8 appearance-none truncate pr-7')}>
          {options.map((option) => (
            <Option key={option.value} {...option} />
          ))}
          {groups.map((group) => (
            <optgroup key={group.label} label={group.label}>
              {group.options.map((option) => (
                <Option key={option.value} {...option} />
              ))}
            </optgroup>
          ))}
        </select>
        <ChevronDown className="pointer-events-none absolute top-2 right-2 size-4 text-ink-mute" strokeWidth={1.75} aria-hidden />
      </div>
    </div>
  )
}

function Option({ value, label }: SelectOption) {
  return <option value={value}>{label}</option>
}
