import type { ComponentProps } from 'react'
import { cn } from './cn'
import { Spinner } from './spinner'

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong disabled:bg-hover disabled:text-ink-mute',
  plain: 'border border-line bg-canvas text-ink hover:bg-hover disabled:text-ink-mute disabled:hover:bg-canvas',
  quiet: 'text-ink-soft hover:bg-hover hover:text-ink disabled:text-ink-mute disabled:hover:bg-transparent',
  danger: 'border border-line bg-canvas text-fail hover:bg-fail-soft disabled:text-ink-mute',
}

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof looks
  readonly isBusy?: boolean
}

export function Button({ look = 'plain', isBusy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={cn(
        'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md px-3 text-sm font-medium whitespace-nowrap transition-colors',
        '[&_svg]:size-4 [&_svg]:shrink-0',
        looks[look],
        className,
      )}
      disabled={disabled === true || isBusy}
      aria-busy={isBusy}
      {...rest}
    >
      {isBusy && <Spinner />}
      {children}
    </button>
  )
}
