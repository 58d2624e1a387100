import path from 'node:path'
import process from 'node:process'
import { runQuietly } from './processes.mjs'
import { SetupError } from './say.mjs'

const signs = [
  {
    pattern: /ENOSPC|no space left on device/i,
    message: 'The disk filled up while npm was at work.',
    wayForward: 'Free some space and run the command again.',
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ECONNRESET|ERR_SOCKET_TIMEOUT/,
    message: 'The npm registry cannot be reached.',
    wayForward: 'Check the network (behind a proxy: npm config set https-proxy URL) and run the command again.',
  },
  {
    pattern: /EACCES|EPERM/,
    message: 'npm may not write where it has to.',
    wayForward: 'Make sure that the project folder and npm\'s cache belong to you, then run the command again.',
  },
  {
    pattern: /EUSAGE|Missing: .* from lock file/,
    message: 'package.json and package-lock.json do not agree.',
    wayForward: 'Run npm install once, or take both files from the repository again.',
  },
]

/**
 * What went wrong with an npm command, from what it printed.
 * @param {{ code: number, output: string }} outcome
 * @param {string} task what npm was to do, as in "install the dependencies"
 * @param {string} logFile where the whole output is
 */
export function npmFailure({ code, output }, task, logFile) {
  if (code === 127) return new SetupError('npm was not found.', 'It comes with Node: install Node from https://nodejs.org and run the command again.')
  const sign = signs.find(({ pattern }) => pattern.test(output))
  const log = `npm's own words are in ${logFile}.`
  return sign === undefined
    ? new SetupError(`npm could not ${task}.`, log)
    : new SetupError(sign.message, `${sign.wayForward} ${log}`)
}

/**
 * Runs npm, with the settings (registry, proxy) of the person who started us. Throws the reason when it fails.
 * @param {readonly string[]} args
 * @param {{ task: string, logFile: string, cwd: string, env?: NodeJS.ProcessEnv }} options
 */
export async function npm(args, { task, logFile, cwd, env = process.env }) {
  const { command, prefix, shell } = npmCommand(env, process.platform)
  // What npm has cached need not be asked for again: the lock file pins it all by checksum.
  // And npm waits 10 s and then 60 s before it tries again, too long for a person who just has no network.
  const patience = ['--prefer-offline', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  const outcome = await runQuietly(command, [...prefix, ...args, ...patience], { cwd, env, logFile, shell })
  if (outcome.code !== 0) throw npmFailure(outcome, task, logFile)
}

/**
 * The npm that started us, else the one on the PATH.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 */
export function npmCommand(env, platform) {
  const started = env.npm_execpath
  if (started !== undefined && path.basename(started) === 'npm-cli.js') return { command: process.execPath, prefix: [started], shell: false }
  return { command: 'npm', prefix: [], shell: platform === 'win32' }
}
