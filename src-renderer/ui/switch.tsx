import { Switch as Radix } from 'radix-ui'

export interface SwitchProps {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  readonly disabled?: boolean
}

/** Something that is on or off, at once; the word beside it says which. */
export function Switch({ label, isOn, onChange, disabled = false }: SwitchProps) {
  return (
    <span className="inline-flex items-center gap-2">
      <span className="text-sm text-ink-soft" aria-hidden>
        {isOn ? 'On' : 'Off'}
      </span>
      <Radix.Root
        aria-label={label}
        checked={isOn}
        onCheckedChange={onChange}
        disabled={disabled}
        className="inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-control bg-sunken px-0.5 transition-colors disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Radix.Thumb className="size-3.5 rounded-full bg-control transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
      </Radix.Root>
    </span>
  )
}
