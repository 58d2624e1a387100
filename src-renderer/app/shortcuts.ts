import type { Preferences } from '@renderer/db'
import { modKey } from '@renderer/ui/mod-key'

/** A browser keeps Ctrl+N for itself. */
const isDesktop = navigator.userAgent.includes('Electron/')

export interface Shortcut {
  readonly id: string
  /** As shown, keys parted by spaces. */
  readonly keys: string
  readonly label: string
}

/** Keys that work on every page; what matches them is in use-shortcuts.ts. */
export const globalShortcuts = [
  { id: 'palette', keys: `${modKey} K`, label: 'Search and commands' },
  { id: 'newChat', keys: isDesktop ? `${modKey} N` : 'Alt N', label: 'New chat' },
  { id: 'batches', keys: `${modKey} Shift B`, label: 'Batches' },
  { id: 'status', keys: `${modKey} Shift S`, label: 'Status' },
  { id: 'gateway', keys: `${modKey} Shift G`, label: 'Gateway' },
  { id: 'accounts', keys: `${modKey} Shift U`, label: 'Accounts' },
  { id: 'settings', keys: `${modKey} ,`, label: 'Settings' },
  { id: 'shortcuts', keys: '?', label: 'This list' },
] as const satisfies readonly Shortcut[]

export type GlobalShortcut = (typeof globalShortcuts)[number]['id']

const sendShortcuts: Record<Preferences['sendKey'], readonly Shortcut[]> = {
  enter: [
    { id: 'send', keys: 'Enter', label: 'Send' },
    { id: 'newline', keys: 'Shift Enter', label: 'New line' },
  ],
  'mod-enter': [
    { id: 'send', keys: `${modKey} Enter`, label: 'Send' },
    { id: 'newline', keys: 'Enter', label: 'New line' },
  ],
}

/** Keys that the chat page handles where they are pressed. */
export const chatShortcuts = (sendKey: Preferences['sendKey']): readonly Shortcut[] => [
  ...sendShortcuts[sendKey],
  { id: 'stop', keys: 'Esc', label: 'Stop the answer' },
  { id: 'sidebar', keys: `${modKey} B`, label: 'Show or hide the conversations' },
  { id: 'search', keys: '/', label: 'Search the conversations' },
  { id: 'rename', keys: 'F2', label: 'Rename the selected conversation' },
  { id: 'delete', keys: 'Del', label: 'Delete the selected conversation' },
  { id: 'move', keys: '↑ ↓', label: 'Move through the conversations' },
]
