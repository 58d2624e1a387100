import { LoaderCircle } from 'lucide-react'
import { cn } from './cn'

export function Spinner({ className }: { readonly className?: string }) {
  return <LoaderCircle className={cn('size-4 animate-turn text-ink-mute', className)} strokeWidth={1.75} aria-hidden />
}
