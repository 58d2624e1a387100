import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The project's own folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * The folder for what is costly to fetch and safe to delete: Electron runtimes, logs of set-up, locks.
 * @param {{ env?: NodeJS.ProcessEnv, platform?: NodeJS.Platform, home?: string }} [machine]
 */
export function cacheFolder({ env = process.env, platform = process.platform, home = os.homedir() } = {}) {
  if (env.FIRST_DESKTOP_CACHE) return path.resolve(env.FIRST_DESKTOP_CACHE)
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'first-desktop')
  if (platform === 'win32') return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'first-desktop', 'Cache')
  // The XDG specification says to ignore a relative path.
  const base = env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : path.join(home, '.cache')
  return path.join(base, 'first-desktop')
}
