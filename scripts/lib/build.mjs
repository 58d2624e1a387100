import path from 'node:path'
import { isBuilt, forgetBuild, rememberBuild, sourceStamp } from './build-stamp.mjs'
import { withLock } from './lock.mjs'
import { runQuietly } from './processes.mjs'
import process from 'node:process'
import { duration, say, SetupError } from './say.mjs'

/**
 * Builds out/ from the sources, unless it is up to date.
 * @param {string} root
 */
export async function ensureBuilt(root) {
  if (isBuilt(root)) return
  await withLock(
    path.join(root, 'node_modules', '.first-desktop-build.lock'),
    async () => {
      if (!isBuilt(root)) await build(root)
    },
    { onWait: (pid) => say(`• Waiting for process ${pid}, which is building the app`) },
  )
}

/** @param {string} root */
async function build(root) {
  say('• Building the app')
  const startedAt = Date.now()
  const stamp = sourceStamp(root)
  forgetBuild(root)
  const { code, output } = await runQuietly(process.execPath, [path.join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], { cwd: root })
  if (code !== 0) {
    say(output)
    throw new SetupError('The build failed.', 'What electron-vite said stands above; npm run check may say more.')
  }
  rememberBuild(root, stamp)
  say(`  done in ${duration(Date.now() - startedAt)}`)
}
