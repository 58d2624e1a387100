import { useEffect } from 'react'
import type { GlobalShortcut } from './shortcuts'

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null
}

/** Which shortcut a key press means, if any. */
function shortcutOf(event: KeyboardEvent): GlobalShortcut | undefined {
  const key = event.key.toLowerCase()
  const hasMod = event.ctrlKey || event.metaKey
  if (hasMod && !event.shiftKey && !event.altKey && key === 'k') return 'palette'
  if ((hasMod || event.altKey) && !event.shiftKey && key === 'n') return 'newChat'
  if (hasMod && event.shiftKey && !event.altKey && key === 'b') return 'batches'
  if (hasMod && event.shiftKey && !event.altKey && key === 's') return 'status'
  if (hasMod && event.shiftKey && !event.altKey && key === 'g') return 'gateway'
  if (hasMod && event.shiftKey && !event.altKey && key === 'u') return 'accounts'
  if (hasMod && key === ',') return 'settings'
  return event.key === '?' && !isTyping(event.target) ? 'shortcuts' : undefined
}

export function useShortcuts(actions: Readonly<Record<GlobalShortcut, () => void>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event)
      if (shortcut === undefined) return
      event.preventDefault()
      actions[shortcut]()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [actions])
}
