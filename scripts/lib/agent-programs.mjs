import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { requireDisk } from './disk.mjs'
import { withLock } from './lock.mjs'
import { npm } from './npm.mjs'
import { cacheFolder, root } from './paths.mjs'
import { duration, say } from './say.mjs'

const neededBytes = 2.5e9

/**
 * Installs the agent programs that test/agents/programs pins, once for each version of its lock file, into the cache folder.
 * Their install scripts are not run.
 * @param {{ cache?: string, programs?: string }} [options]
 * @returns {Promise<string>} the folder that holds their node_modules
 */
export async function ensureAgentPrograms({ cache = cacheFolder(), programs = path.join(root, 'test/agents/programs') } = {}) {
  const lockFile = fs.readFileSync(path.join(programs, 'package-lock.json'))
  const all = path.join(cache, 'agent-programs')
  const own = path.join(all, createHash('sha256').update(lockFile).digest('hex').slice(0, 16))
  if (fs.existsSync(own)) return own
  return withLock(path.join(all, 'lock'), async () => {
    if (!fs.existsSync(own)) await install(programs, own, cache)
    return own
  }, { onWait: (pid) => say(`• Waiting for process ${pid}, which is installing the agent programs`) })
}

/**
 * @param {string} programs
 * @param {string} own
 * @param {string} cache
 */
async function install(programs, own, cache) {
  requireDisk(cache, neededBytes, 'the agent programs')
  say('• Installing the agent programs for their tests, once (about 1.2 GB)')
  const startedAt = Date.now()
  const half = `${own}.half`
  // We hold the lock, so what lies here was left by a process that was cut short.
  fs.rmSync(half, { recursive: true, force: true })
  fs.mkdirSync(half, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(programs, file), path.join(half, file))
  await npm(['ci', '--ignore-scripts'], { task: 'install the agent programs', logFile: path.join(cache, 'logs', 'agent-programs.log'), cwd: half })
  fs.renameSync(half, own)
  say(`  done in ${duration(Date.now() - startedAt)}`)
}
