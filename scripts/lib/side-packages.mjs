import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { npm } from './npm.mjs'
import { cacheFolder } from './paths.mjs'
import { say } from './say.mjs'

/**
 * Installs programs that tests and benches run beside the app, and that are too large to be among its dependencies: what the lock file of
 * a folder names, into the cache, once for each state of that file. Their install scripts are not run.
 * @param {string} folder holds package.json and package-lock.json
 * @param {{ what: string, cache?: string }} options
 * @returns {Promise<string>} the folder that has `node_modules`
 */
export async function ensureSidePackages(folder, { what, cache = cacheFolder() }) {
  const lock = fs.readFileSync(path.join(folder, 'package-lock.json'))
  const name = `${path.basename(folder)}-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`
  const place = path.join(cache, 'side-packages', name)
  if (fs.existsSync(place)) return place
  await withLock(path.join(cache, 'locks', name), async () => {
    if (fs.existsSync(place)) return
    const draft = `${place}.${process.pid}`
    fs.mkdirSync(draft, { recursive: true })
    for (const file of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(folder, file), path.join(draft, file))
    say(`• Installing ${what}`)
    await npm(['ci', '--ignore-scripts'], { task: `install ${what}`, logFile: path.join(cache, 'logs', `${name}.log`), cwd: draft })
    fs.renameSync(draft, place)
  })
  return place
}
