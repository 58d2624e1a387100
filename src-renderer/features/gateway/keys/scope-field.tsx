import { Checkbox } from '@renderer/ui/checkbox'
import { Choice } from '@renderer/ui/choice'
import { useId } from 'react'

export interface ScopeFieldProps {
  readonly label: string
  /** What no restriction is called. */
  readonly all: string
  /** What can be named. */
  readonly names: readonly string[]
  /** Undefined: no restriction. */
  readonly chosen: readonly string[] | undefined
  readonly onChange: (chosen: readonly string[] | undefined) => void
}

/** Everything, or those that are ticked. */
export function ScopeField({ label, all, names, chosen, onChange }: ScopeFieldProps) {
  const id = useId()
  const toggle = (name: string, isChosen: boolean) => onChange(isChosen ? [...(chosen ?? []), name] : (chosen ?? []).filter((each) => each !== name))
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between gap-4">
        <span id={id} className="text-sm font-medium">
          {label}
        </span>
        <Choice
          label={label}
          value={chosen === undefined ? 'all' : 'some'}
          options={[
            { value: 'all', label: all },
            { value: 'some', label: 'Only these' },
          ]}
          onChange={(value) => onChange(value === 'all' ? undefined : [])}
        />
      </div>
      {chosen !== undefined && (
        <div role="group" aria-labelledby={id} className="flex max-h-36 flex-col gap-1.5 overflow-y-auto rounded-md border border-line p-2.5">
          {names.map((name) => (
            <Checkbox key={name} label={name} isChecked={chosen.includes(name)} onChange={(isChosen) => toggle(name, isChosen)} />
          ))}
          {names.length === 0 && <p className="text-xs text-ink-mute">None is known yet.</p>}
        </div>
      )}
      {chosen?.length === 0 && names.length > 0 && <p className="text-xs text-ink-mute">Tick at least one.</p>}
    </div>
  )
}
