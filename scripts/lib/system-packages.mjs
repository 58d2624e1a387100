import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { runQuietly } from './processes.mjs'
import { cacheFolder } from './paths.mjs'
import { duration, say, SetupError } from './say.mjs'

/**
 * What the system has to bring, by the Debian package that brings it. `place` is what is looked for: a library, a command or a folder.
 * @typedef {{ package: string, place: { library: string } | { command: string } | { folder: string } }} SystemPackage
 */

/** @type {readonly SystemPackage[]} */
export const electronPackages = [
  { package: 'libgtk-3-0', place: { library: 'libgtk-3.so.0' } },
  { package: 'libnss3', place: { library: 'libnss3.so' } },
  { package: 'libasound2', place: { library: 'libasound.so.2' } },
  { package: 'libgbm1', place: { library: 'libgbm.so.1' } },
]

/** @type {readonly SystemPackage[]} */
export const testPackages = [
  ...electronPackages,
  { package: 'xvfb', place: { command: 'xvfb-run' } },
  { package: 'xauth', place: { command: 'xauth' } },
  { package: 'fonts-liberation', place: { folder: '/usr/share/fonts/truetype/liberation' } },
]

/**
 * A real workload manager and a real ssh server for the tests of sites; each test starts its own, on loopback.
 * @type {readonly SystemPackage[]}
 */
export const sitePackages = [
  { package: 'slurm-wlm', place: { command: 'slurmctld' } },
  { package: 'munge', place: { command: 'munged' } },
  { package: 'slurm-wlm-torque', place: { command: 'qsub' } },
  { package: 'openssh-server', place: { command: 'sshd' } },
  { package: 'openssh-client', place: { command: 'ssh' } },
]

/** @type {SystemPackage} */
export const chromiumPackage = { package: 'chromium', place: { command: 'chromium' } }

/**
 * Those of `wanted` that this machine lacks.
 * @param {readonly SystemPackage[]} wanted
 * @param {(file: string) => boolean} [exists]
 */
export function missingPackages(wanted, exists = fs.existsSync) {
  return wanted.filter(({ place }) => !placesOf(place).some((file) => exists(file)))
}

/** @param {SystemPackage['place']} place */
function placesOf(place) {
  if ('folder' in place) return [place.folder]
  // Servers are in sbin, which is not in everyone's PATH.
  if ('command' in place) return [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin'].map((folder) => path.join(folder, place.command))
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  return [`/usr/lib/${triplet}`, `/lib/${triplet}`, '/usr/lib64', '/lib64', '/usr/lib', '/usr/local/lib'].map((folder) => path.join(folder, place.library))
}

/**
 * Sees to it that the system has what is wanted: on Debian and its kin as root by installing it, else by saying how.
 * @param {readonly SystemPackage[]} wanted
 * @param {string} purpose completes "for", as in "the window"
 */
export async function ensureSystemPackages(wanted, purpose) {
  if (process.platform !== 'linux') return
  const missing = missingPackages(wanted)
  if (missing.length === 0) return
  const names = missing.map((each) => each.package)
  if (!canInstall()) throw missingFailure(names, purpose, hasApt())
  await aptInstall(names, purpose)
}

/**
 * The same, with none of the services that the packages bring started on this machine.
 * @param {readonly SystemPackage[]} wanted
 * @param {string} purpose
 */
export async function ensureQuietPackages(wanted, purpose) {
  if (missingPackages(wanted).length === 0) return
  const release = canInstall() ? holdServices() : () => undefined
  try {
    await ensureSystemPackages(wanted, purpose)
  } finally {
    release()
  }
}

/**
 * Debian asks this file before it starts a service (invoke-rc.d(8)); one that is there already is the owner's.
 * @param {string} [file]
 * @returns {() => void} takes it away again
 */
export function holdServices(file = '/usr/sbin/policy-rc.d') {
  if (fs.existsSync(file)) return () => undefined
  fs.writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return () => fs.rmSync(file, { force: true })
}

/** Whether we are root on a Debian-like system. */
export function canInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && hasApt()
}

function hasApt() {
  return fs.existsSync('/usr/bin/apt-get')
}

/**
 * @param {readonly string[]} names
 * @param {string} purpose
 * @param {boolean} apt
 */
export function missingFailure(names, purpose, apt) {
  return new SetupError(
    `The system lacks what is needed for ${purpose}: ${names.join(', ')}.`,
    apt
      ? `Install it with: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`
      : 'Install the packages of your distribution that hold them (the names are Debian\'s) and run the command again.',
  )
}

/**
 * @param {readonly string[]} names
 * @param {string} purpose
 */
async function aptInstall(names, purpose) {
  say(`• Installing system packages for ${purpose}: ${names.join(' ')}`)
  const startedAt = Date.now()
  await apt(['update'])
  await apt(['install', '-y', '--no-install-recommends', ...(await namesHere(names))])
  say(`  done in ${duration(Date.now() - startedAt)}`)
}

/**
 * Debian 13 and Ubuntu 24.04 renamed some libraries when time stamps grew to 64 bits.
 * @param {readonly string[]} names
 */
async function namesHere(names) {
  const { output } = await runQuietly('apt-cache', ['policy', ...names.map((name) => `${name}t64`)], { env: { ...process.env, LC_ALL: 'C' } })
  return names.map((name) => (output.includes(`${name}t64:`) ? `${name}t64` : name))
}

/** @param {readonly string[]} args */
async function apt(args) {
  const logFile = path.join(cacheFolder(), 'logs', `apt-get-${args[0]}.log`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  const outcome = await runQuietly('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { env, logFile })
  // apt-get update ends well even when it reached no server.
  const failed = outcome.code !== 0 || (args[0] === 'update' && /^W: Failed to fetch/m.test(outcome.output) && !/^(Get|Hit):/m.test(outcome.output))
  if (failed) throw aptFailure(outcome.output, logFile)
}

/**
 * @param {string} output
 * @param {string} logFile
 */
export function aptFailure(output, logFile) {
  const log = `apt-get's own words are in ${logFile}.`
  if (/No space left|enough free space/i.test(output)) return new SetupError('The disk is too full for the system packages.', `Free some space and run the command again. ${log}`)
  if (/Could not get lock/i.test(output)) return new SetupError('Another program is installing system packages.', `Wait until it has ended and run the command again. ${log}`)
  if (/Could not resolve|Temporary failure|Could not connect|Connection (refused|timed out)|Failed to fetch|Unable to fetch/i.test(output))
    return new SetupError('The servers of the system\'s packages cannot be reached.', `Check the network and run the command again. ${log}`)
  return new SetupError('apt-get could not install the system packages.', log)
}
