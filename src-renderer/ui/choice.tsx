import { RadioGroup } from 'radix-ui'

export interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
}

/** A few options side by side, one of which holds. */
export function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  const choose = (next: string) => {
    const option = options.find((each) => each.value === next)
    if (option !== undefined) onChange(option.value)
  }
  return (
    <RadioGroup.Root aria-label={label} value={value} onValueChange={choose} className="inline-flex gap-0.5 rounded-lg border border-line bg-sunken p-0.5">
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="h-7 rounded-md border border-transparent px-3 text-sm text-ink-mute transition-colors hover:text-ink data-[state=checked]:border-line data-[state=checked]:bg-raised data-[state=checked]:font-medium data-[state=checked]:text-ink"
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
