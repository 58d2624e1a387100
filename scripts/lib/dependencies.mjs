import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { requireDisk } from './disk.mjs'
import { withLock } from './lock.mjs'
import { npm } from './npm.mjs'
import { cacheFolder } from './paths.mjs'
import { duration, say } from './say.mjs'

const firstInstallBytes = 2e9

/** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages as in a lock file of version 3 */

/**
 * Installs what package-lock.json names, unless that has been done.
 * @param {string} root
 * @param {{ cache?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export async function ensureDependencies(root, { cache = cacheFolder(), env } = {}) {
  if (isInstalled(root)) return
  await withLock(
    path.join(cache, 'locks', `${digest(root).slice(0, 16)}-dependencies`),
    async () => {
      if (isInstalled(root)) return
      await install(root, { cache, env })
    },
    { onWait: (pid) => say(`• Waiting for process ${pid}, which is installing the dependencies`) },
  )
}

/**
 * @param {string} root
 * @param {{ cache: string, env: NodeJS.ProcessEnv | undefined }} options
 */
async function install(root, { cache, env }) {
  const isFirst = !fs.existsSync(path.join(root, 'node_modules'))
  if (isFirst) requireDisk(root, firstInstallBytes, 'the dependencies')
  say(`• Installing the dependencies${isFirst ? ', which takes a minute or two the first time' : ': package-lock.json has changed'}`)
  const startedAt = Date.now()
  await npm(['ci'], { task: 'install the dependencies', logFile: path.join(cache, 'logs', 'npm-ci.log'), cwd: root, ...(env && { env }) })
  remember(root)
  say(`  done in ${duration(Date.now() - startedAt)}`)
}

/** @param {string} root */
function isInstalled(root) {
  if (!fs.existsSync(path.join(root, 'node_modules'))) return false
  if (remembered(root) === lockHash(root)) return true
  // Somebody ran npm by hand: what it left is as good as what we would do.
  if (!holdsWhatLockNames(readPackages(path.join(root, 'package-lock.json')), readPackages(path.join(root, 'node_modules', '.package-lock.json')))) return false
  remember(root)
  return true
}

/**
 * Whether an installed tree is the one that the lock file names. Optional packages (other platforms' binaries) may be missing.
 * @param {Packages} locked
 * @param {Packages} installed
 */
export function holdsWhatLockNames(locked, installed) {
  for (const [place, { version, optional = false }] of Object.entries(locked)) {
    if (!isInstallPlace(place)) continue
    const found = installed[place]
    if (found === undefined ? !optional : found.version !== version) return false
  }
  return Object.keys(installed).every((place) => place in locked)
}

/**
 * The other places are the project itself and local folders that it links to.
 * @param {string} place
 */
function isInstallPlace(place) {
  return place.startsWith('node_modules/')
}

/**
 * @param {string} file
 * @returns {Packages}
 */
function readPackages(file) {
  if (!fs.existsSync(file)) return {}
  return JSON.parse(fs.readFileSync(file, 'utf8')).packages
}

/** @param {string} root */
function memory(root) {
  return path.join(root, 'node_modules', '.first-desktop-setup.json')
}

/** @param {string} root */
function remember(root) {
  fs.writeFileSync(memory(root), JSON.stringify({ lockHash: lockHash(root) }))
}

/** @param {string} root */
function remembered(root) {
  return fs.existsSync(memory(root)) ? JSON.parse(fs.readFileSync(memory(root), 'utf8')).lockHash : undefined
}

/** @param {string} root */
function lockHash(root) {
  return digest(fs.readFileSync(path.join(root, 'package-lock.json')))
}

/** @param {string | Buffer} data */
function digest(data) {
  return createHash('sha256').update(data).digest('hex')
}
