import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Chromium's folder: `window` in the data directory, with the window's IndexedDB. Where that cannot be written, a folder
 * that is thrown away, so that there is a window at all to say so; the core refuses the data directory in words.
 */
export function prepareProfile(dataDir: string): string {
  const profile = join(dataDir, 'window')
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK)
    accessSync(profile, constants.W_OK)
    return profile
  } catch {
    return mkdtempSync(join(tmpdir(), 'first-desktop-'))
  }
}
