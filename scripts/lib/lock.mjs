import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Does `work` while no other process that asked for the same `file` does its own. The lock of a process that died is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (pid: number) => void }} [options] `onWait` is called once, with the holder's process id
 * @returns {Promise<T>}
 */
export async function withLock(file, work, { onWait } = {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  let told = false
  while (!take(file)) {
    const holder = holderOf(file)
    if (holder !== undefined && !isAlive(holder)) {
      discard(file, holder)
      continue
    }
    if (!told && holder !== undefined) {
      told = true
      onWait?.(holder)
    }
    await delay(100)
  }
  try {
    return await work()
  } finally {
    fs.rmSync(file, { force: true })
  }
}

/** @param {string} file */
function take(file) {
  // Written aside and linked into place, so that a lock never exists without the id of its holder.
  const own = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  fs.writeFileSync(own, String(process.pid))
  try {
    fs.linkSync(own, file)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    fs.rmSync(own, { force: true })
  }
}

/** What a lock that a power cut left empty or torn names. To the system process 0 is our own group, which always lives. */
const nobody = 0

/** @param {string} file */
function holderOf(file) {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8'))
    return Number.isSafeInteger(pid) ? pid : nobody
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * @param {string} file
 * @param {number} dead the holder that was found dead
 */
function discard(file, dead) {
  // Moved aside first: of two processes that find the same dead holder, one gets the file and the other ENOENT.
  const aside = `${file}.dead.${process.pid}`
  try {
    fs.renameSync(file, aside)
    // Another process was quicker and holds the lock by now: it gets its lock back.
    if (holderOf(aside) !== dead) fs.linkSync(aside, file)
    fs.rmSync(aside)
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (pid === nobody) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
export function isCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code
}
