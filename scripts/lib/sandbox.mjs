import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { say, SetupError } from './say.mjs'

/**
 * @typedef {object} SandboxFacts
 * @property {NodeJS.Platform} platform
 * @property {number | undefined} userId
 * @property {boolean} userNamespaces whether a user without rights may create a user namespace
 * @property {boolean} setuidHelper whether chrome-sandbox belongs to root and has the setuid bit
 */

/**
 * How Chromium's sandbox fares on this machine: `on`, `off` (root, where Chromium refuses to start with it) or `blocked`.
 * @param {SandboxFacts} facts
 */
export function sandboxState({ platform, userId, userNamespaces, setuidHelper }) {
  if (platform !== 'linux') return 'on'
  if (userId === 0) return 'off'
  return userNamespaces || setuidHelper ? 'on' : 'blocked'
}

/**
 * The switches that Electron needs for its sandbox here; says so when the sandbox is off, throws when it cannot work.
 * @param {string} dist the folder of the Electron runtime
 * @returns {string[]}
 */
export function sandboxSwitches(dist) {
  const state = sandboxState(sandboxFacts(dist))
  if (state === 'on') return []
  if (state === 'off') {
    say('• Running as root: Chromium\'s sandbox is off. Start FIRST Desktop as an ordinary user to have it on.')
    return ['--no-sandbox']
  }
  const helper = path.join(dist, 'chrome-sandbox')
  throw new SetupError(
    'This system does not let Chromium build its sandbox (user namespaces are restricted).',
    `Allow it for this Electron: sudo chown root '${helper}' && sudo chmod 4755 '${helper}'; or run npm run serve and use your browser.`,
  )
}

/**
 * @param {string} dist
 * @returns {SandboxFacts}
 */
function sandboxFacts(dist) {
  const helper = path.join(dist, 'chrome-sandbox')
  const status = fs.existsSync(helper) ? fs.statSync(helper) : undefined
  return {
    platform: process.platform,
    userId: process.getuid?.(),
    userNamespaces: kernelSetting('kernel/unprivileged_userns_clone', '1') === '1' && kernelSetting('kernel/apparmor_restrict_unprivileged_userns', '0') === '0',
    setuidHelper: status !== undefined && status.uid === 0 && (status.mode & 0o4000) !== 0,
  }
}

/**
 * @param {string} name
 * @param {string} absent what holds on a kernel that does not know this setting
 */
function kernelSetting(name, absent) {
  const file = path.join('/proc/sys', name)
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : absent
}
