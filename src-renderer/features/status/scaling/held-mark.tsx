import { Hand } from 'lucide-react'
import { isHeld, wishWords, type Wish } from './admin-words'

/** A model that goes by an admin's word, in the list; nothing where it goes by its load. */
export function HeldMark({ wish }: { readonly wish: Wish | undefined }) {
  if (!isHeld(wish)) return null
  const words = `${wishWords(wish)}${wish.by === undefined ? '' : ` by ${wish.by}`}`
  return (
    <span title={words} className="shrink-0 text-care">
      <Hand className="size-3.5" strokeWidth={1.75} aria-hidden />
      <span className="sr-only">{words}</span>
    </span>
  )
}
