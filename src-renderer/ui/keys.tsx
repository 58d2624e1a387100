import { cn } from './cn'

/** A chord such as `Ctrl K`, each key in a box of its own. */
export function Keys({ keys, className }: { readonly keys: string; readonly className?: string }) {
  return (
    <span className={cn('inline-flex gap-0.5', className)}>
      {keys.split(' ').map((key) => (
        <kbd key={key} className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line bg-sunken px-1 font-sans text-xs text-ink-mute">
          {key}
        </kbd>
      ))}
    </span>
  )
}
