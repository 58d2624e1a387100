import type { LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useRef, type ReactElement } from 'react'
import { cn } from './cn'
import { Keys } from './keys'

export interface MenuItem {
  readonly label: string
  readonly icon: LucideIcon
  readonly keys?: string
  readonly isDangerous?: boolean
  readonly onSelect: () => void
}

export interface MenuProps {
  readonly trigger: ReactElement
  readonly items: readonly MenuItem[]
  readonly onOpenChange?: (isOpen: boolean) => void
}

export function Menu({ trigger, items, onOpenChange }: MenuProps) {
  const chosen = useRef<() => void>(undefined)
  /** Once the focus is back at the trigger: what a choice opens takes it from there, and gives it back there. */
  const runChosen = () => {
    const run = chosen.current
    chosen.current = undefined
    if (run !== undefined) queueMicrotask(run)
  }
  return (
    // Not modal: the rest of the page stays known to screen readers.
    <DropdownMenu.Root modal={false} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={runChosen}
          className="z-50 min-w-44 animate-appear rounded-lg border border-line bg-raised p-1 shadow-pop"
        >
          {items.map(({ label, icon: Icon, keys, isDangerous = false, onSelect }) => (
            <DropdownMenu.Item
              key={label}
              onSelect={() => (chosen.current = onSelect)}
              className={cn(
                'flex h-8 items-center gap-2 rounded-md px-2 text-sm outline-none data-highlighted:bg-hover',
                isDangerous ? 'text-fail' : 'text-ink',
              )}
            >
              <Icon className="size-4 opacity-80" strokeWidth={1.75} aria-hidden />
              <span className="flex-1">{label}</span>
              {keys !== undefined && <Keys keys={keys} />}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
