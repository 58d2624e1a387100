import Store from 'electron-store'
import { z } from 'zod'
import { theme, type Theme } from '@shared/rpc/contract'

const windowPlace = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number(), isMaximized: z.boolean() })
export type WindowPlace = z.infer<typeof windowPlace>

/** What the shell itself remembers; all else belongs to the window or to the core. */
export interface Preferences {
  theme(): Theme
  setTheme(theme: Theme): void
  windowPlace(): WindowPlace | undefined
  setWindowPlace(place: WindowPlace): void
}

/** Keeps them in `shell.json` of the data directory. A file that cannot be read counts as empty: nothing in it is worth an error. */
export function createPreferences(dataDir: string): Preferences {
  const store = new Store<Record<string, unknown>>({ cwd: dataDir, name: 'shell', clearInvalidConfig: true })
  return {
    theme: () => theme.catch('system').parse(store.get('theme')),
    setTheme: (value) => store.set('theme', value),
    windowPlace: () => windowPlace.optional().catch(undefined).parse(store.get('window')),
    setWindowPlace: (place) => store.set('window', place),
  }
}
