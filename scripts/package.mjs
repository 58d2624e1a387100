// npm run package [-- ARG…]: the app as a folder in dist/, for this platform, with its fuses set.
import { ensureBuilt } from './lib/build.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { ensureElectron } from './lib/electron-runtime.mjs'
import { runEntry } from './lib/entry.mjs'
import { packageApp } from './lib/package-app.mjs'
import { root } from './lib/paths.mjs'
import { say } from './lib/say.mjs'

await runEntry(async (args) => {
  await ensureDependencies(root)
  const runtime = await ensureElectron()
  await ensureBuilt(root)
  say('• Packaging the app')
  return packageApp(root, runtime, args)
})
