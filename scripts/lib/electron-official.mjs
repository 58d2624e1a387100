import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { runQuietly } from './processes.mjs'
import { cacheFolder } from './paths.mjs'

const reachTimeoutMs = 10_000
const downloadTimeoutMs = 10 * 60_000

/**
 * The folder of the official runtime of the declared version, or undefined while it is not there.
 * @param {string} root
 */
export function officialDist(root) {
  const folder = path.join(root, 'node_modules', 'electron')
  const dist = path.join(folder, 'dist')
  if (!fs.existsSync(path.join(folder, 'path.txt')) || !fs.existsSync(path.join(dist, 'version'))) return undefined
  const version = fs.readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '')
  return version === declaredVersion(root) ? dist : undefined
}

/**
 * Lets the package `electron` fetch its binary, whose checksum it carries.
 * @param {string} root
 * @param {{ env?: NodeJS.ProcessEnv, cache?: string, reach?: typeof canReach }} [options]
 * @returns {Promise<string | undefined>} why it could not be had, as the end of a sentence
 */
export async function fetchOfficial(root, { env = process.env, cache = cacheFolder(), reach = canReach } = {}) {
  const folder = path.join(root, 'node_modules', 'electron')
  // A mirror or a proxy is reached in ways that only the package's own downloader knows.
  const ownWay = Object.entries(env).some(([name, value]) => value && /^(https?_proxy|all_proxy|(npm_config_)?electron_mirror)$/i.test(name))
  if (!ownWay && !(await reach(binaryUrl(declaredVersion(root))))) return 'the place it is downloaded from is out of reach'
  const logFile = path.join(cache, 'logs', 'electron-install.log')
  const { code, output, timedOut } = await runQuietly(process.execPath, [path.join(folder, 'install.js')], { env, logFile, timeoutMs: downloadTimeoutMs })
  if (timedOut) return `the download had not ended after ${downloadTimeoutMs / 60_000} minutes`
  if (code === 0) return undefined
  return /ENOSPC/.test(output) ? 'the disk is full' : `its download failed (${logFile} says how)`
}

/**
 * The version of Electron that the project declares and has installed.
 * @param {string} root
 * @returns {string}
 */
export function declaredVersion(root) {
  return JSON.parse(fs.readFileSync(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8')).version
}

/** @param {string} version */
function binaryUrl(version) {
  return `https://github.com/electron/electron/releases/download/v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`
}

/**
 * Whether a URL answers, redirects followed; where packets are dropped the download itself would hang for minutes.
 * @param {string} url
 */
async function canReach(url) {
  try {
    const { ok } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(reachTimeoutMs) })
    return ok
  } catch {
    return false // whatever kept us from it, it is out of reach
  }
}
