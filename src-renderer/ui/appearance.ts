import { useSyncExternalStore } from 'react'
import { z } from 'zod'

const appearance = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  size: z.enum(['small', 'medium', 'large']).catch('medium'),
})
export type Appearance = z.infer<typeof appearance>

/** Kept in localStorage, not in the database: public/appearance.js reads it before the first paint. */
const storageKey = 'first.appearance'
const darkQuery = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
let current = read()

function read(): Appearance {
  const kept = localStorage.getItem(storageKey)
  try {
    return appearance.parse(kept === null ? {} : JSON.parse(kept))
  } catch {
    return { theme: 'system', size: 'medium' }
  }
}

function apply(): void {
  const isDark = current.theme === 'dark' || (current.theme === 'system' && darkQuery.matches)
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  document.documentElement.dataset['size'] = current.size
}

darkQuery.addEventListener('change', apply)

/** Changes what is given, keeps it, and shows it at once. */
export function setAppearance(change: Partial<Appearance>): void {
  current = { ...current, ...change }
  localStorage.setItem(storageKey, JSON.stringify(current))
  apply()
  for (const listener of listeners) listener()
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
