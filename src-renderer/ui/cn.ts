import { clsx, type ClassValue } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

// The sizes of theme.css are fewer than Tailwind's own; without this `text-sm` and `text-ink` would cancel each other.
const merge = extendTailwindMerge({ extend: { theme: { text: ['xs', 'sm', 'base', 'xl'] } } })

/** Joins class names; of two that set the same property the later one stays. */
export function cn(...names: ClassValue[]): string {
  return merge(clsx(names))
}
