import process from 'node:process'

/**
 * Whether a window can be shown.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform === 'darwin' || platform === 'win32') return true
  return Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY)
}

/**
 * A command that can show windows: as it is where there is a display, inside a virtual one where not.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {boolean} [display]
 * @returns {[command: string, args: string[]]}
 */
export function withDisplay(command, args, display = hasDisplay()) {
  if (display) return [command, [...args]]
  return ['xvfb-run', ['-a', '-s', '-screen 0 1920x1200x24', command, ...args]]
}
