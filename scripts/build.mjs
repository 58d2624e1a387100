// npm run build: brings out/ up to date.
import { ensureBuilt } from './lib/build.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { runEntry } from './lib/entry.mjs'
import { root } from './lib/paths.mjs'
import { say } from './lib/say.mjs'

await runEntry(async () => {
  await ensureDependencies(root)
  await ensureBuilt(root)
  say('• out/ is up to date')
})
