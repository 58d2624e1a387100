import { useId, type ComponentProps, type ReactNode } from 'react'
import { cn } from './cn'

export const inputClass =
  'w-full rounded-md border border-control bg-canvas px-2.5 text-sm text-ink transition-colors focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 disabled:bg-sunken disabled:text-ink-mute aria-invalid:border-fail'

interface FieldFrame {
  readonly label: string
  /** What it is for, under the field. */
  readonly hint?: ReactNode
  /** What is wrong with what was entered; takes the hint's place. */
  readonly problem?: string | undefined
}

export type TextFieldProps = FieldFrame & ComponentProps<'input'>

export function TextField({ label, hint, problem, className, ...rest }: TextFieldProps) {
  const id = useId()
  return (
    <Frame id={id} label={label} hint={hint} problem={problem}>
      <input id={id} className={cn(inputClass, 'h-8', className)} aria-describedby={`${id}-note`} aria-invalid={problem !== undefined} spellCheck={false} {...rest} />
    </Frame>
  )
}

export type TextAreaProps = FieldFrame & ComponentProps<'textarea'>

export function TextArea({ label, hint, problem, className, ...rest }: TextAreaProps) {
  const id = useId()
  return (
    <Frame id={id} label={label} hint={hint} problem={problem}>
      <textarea id={id} className={cn(inputClass, 'min-h-24 resize-y py-2', className)} aria-describedby={`${id}-note`} aria-invalid={problem !== undefined} {...rest} />
    </Frame>
  )
}

function Frame({ id, label, hint, problem, children }: FieldFrame & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      <p id={`${id}-note`} className={cn('text-xs', problem === undefined ? 'text-ink-mute' : 'text-fail')} role={problem === undefined ? undefined : 'alert'}>
        {problem ?? hint}
      </p>
    </div>
  )
}
