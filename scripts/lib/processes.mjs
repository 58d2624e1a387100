import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'

/**
 * @typedef {object} Outcome
 * @property {number} code 128 + the signal's number when a signal ended the process; 127 when it could not be started
 * @property {string} output the last 64 KB of stdout and stderr together; empty when they were inherited
 * @property {boolean} timedOut
 */

const keptBytes = 64 * 1024

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCode(code, signal) {
  return code ?? 128 + (signal === null ? 0 : os.constants.signals[signal])
}

/**
 * Runs a command out of sight; what it prints goes to `logFile` and, its tail, to the outcome.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, logFile?: string, timeoutMs?: number, shell?: boolean }} [options]
 * @returns {Promise<Outcome>}
 */
export function runQuietly(command, args, { cwd, env, logFile, timeoutMs, shell = false } = {}) {
  return new Promise((resolve) => {
    if (logFile !== undefined) fs.mkdirSync(path.dirname(logFile), { recursive: true })
    const log = logFile === undefined ? undefined : fs.openSync(logFile, 'w')
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let timedOut = false
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => { timedOut = true; child.kill('SIGKILL') }, timeoutMs)
    /** @param {string} text */
    const keep = (text) => {
      output = (output + text).slice(-keptBytes)
      if (log !== undefined) fs.writeSync(log, text)
    }
    /** @param {number} code */
    const finish = (code) => {
      clearTimeout(timer)
      if (log !== undefined) fs.closeSync(log)
      resolve({ code, output, timedOut })
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.once('error', (error) => { keep(`${error.message}\n`); finish(127) })
    child.once('close', (code, signal) => finish(exitCode(code, signal)))
  })
}

/**
 * Runs a command in the person's sight and returns its exit code. Signals that end this script end the command first.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string | undefined, env?: NodeJS.ProcessEnv | undefined, stdio?: import('node:child_process').StdioOptions }} [options]
 * @returns {Promise<number>}
 */
export function runInSight(command, args, { cwd, env, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio })
    // Ctrl-C in a terminal reaches the whole group at once: passing it on would interrupt the command twice.
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGTERM', 'SIGHUP', 'SIGINT']
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of signals) process.on(signal, passOn)
    const release = () => { for (const signal of signals) process.off(signal, passOn) }
    child.once('error', (error) => { release(); reject(error) })
    child.once('close', (code, signal) => { release(); resolve(exitCode(code, signal)) })
  })
}

/**
 * Runs a JavaScript file of the project with this Node, in sight. Its stdout is turned to stderr unless `stdout` is asked for.
 * @param {string} file absolute
 * @param {readonly string[]} args
 * @param {{ cwd?: string | undefined, env?: NodeJS.ProcessEnv | undefined, stdout?: boolean }} [options]
 */
export function runNode(file, args, { cwd, env, stdout = false } = {}) {
  return runInSight(process.execPath, [file, ...args], { cwd, env, stdio: stdout ? 'inherit' : ['inherit', 2, 2] })
}
