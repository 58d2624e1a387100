import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { requireDisk } from './disk.mjs'
import { withLock } from './lock.mjs'
import { npm } from './npm.mjs'
import { cacheFolder } from './paths.mjs'
import { duration, say } from './say.mjs'

/**
 * Installs programs that tests and benches run beside the app, too large to be among its dependencies: what a lock file names, into the cache
 * folder, once for each version of that file. Their install scripts are not run.
 * @param {string} folder holds package.json and package-lock.json
 * @param {{ name: string, what: string, neededBytes: number, cache?: string }} options
 * @returns {Promise<string>} the folder that holds their node_modules
 */
export async function ensureSidePackages(folder, { name, what, neededBytes, cache = cacheFolder() }) {
  const lockFile = fs.readFileSync(path.join(folder, 'package-lock.json'))
  const all = path.join(cache, name)
  const own = path.join(all, createHash('sha256').update(lockFile).digest('hex').slice(0, 16))
  if (fs.existsSync(own)) return own
  return withLock(path.join(all, 'lock'), async () => {
    if (!fs.existsSync(own)) await install(folder, own, { name, what, neededBytes, cache })
    return own
  }, { onWait: (pid) => say(`• Waiting for process ${pid}, which is installing ${what}`) })
}

/**
 * @param {string} folder
 * @param {string} own
 * @param {{ name: string, what: string, neededBytes: number, cache: string }} options
 */
async function install(folder, own, { name, what, neededBytes, cache }) {
  requireDisk(cache, neededBytes, what)
  say(`• Installing ${what}, once`)
  const startedAt = Date.now()
  const half = `${own}.half`
  // We hold the lock, so what lies here was left by a process that was cut short.
  fs.rmSync(half, { recursive: true, force: true })
  fs.mkdirSync(half, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(folder, file), path.join(half, file))
  await npm(['ci', '--ignore-scripts'], { task: `install ${what}`, logFile: path.join(cache, 'logs', `${name}.log`), cwd: half })
  fs.renameSync(half, own)
  say(`  done in ${duration(Date.now() - startedAt)}`)
}
