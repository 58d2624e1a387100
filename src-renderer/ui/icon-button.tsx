import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from './cn'
import { Tooltip } from './tooltip'

export interface IconButtonProps extends ComponentProps<'button'> {
  readonly icon: LucideIcon
  /** The accessible name, and what the tooltip says. */
  readonly label: string
  /** Keys shown after the label, for example `Ctrl K`. */
  readonly keys?: string
  readonly size?: 'small' | 'medium'
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
}

export function IconButton({ icon: Icon, label, keys, size = 'medium', side = 'bottom', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} side={side} {...(keys === undefined ? {} : { keys })}>
      <button
        type="button"
        aria-label={label}
        className={cn(
          'inline-flex shrink-0 items-center justify-center rounded-md text-ink-mute transition-colors hover:bg-hover hover:text-ink',
          'disabled:opacity-50 disabled:hover:bg-transparent data-[state=open]:bg-selected data-[state=open]:text-ink',
          size === 'small' ? 'size-7' : 'size-8',
          className,
        )}
        {...rest}
      >
        <Icon className="size-4" strokeWidth={1.75} aria-hidden />
      </button>
    </Tooltip>
  )
}
