// npm run check: types and lint, all of it even when the first fails.
import { ensureDependencies } from './lib/dependencies.mjs'
import { runEntry } from './lib/entry.mjs'
import { root } from './lib/paths.mjs'
import { runNode } from './lib/processes.mjs'
import { say } from './lib/say.mjs'
import { checks } from './lib/tools.mjs'

await runEntry(async () => {
  await ensureDependencies(root)
  let failed = 0
  for (const [name, { file, args }] of Object.entries(checks)) {
    say(`• ${name}`)
    if ((await runNode(file, args, { cwd: root })) !== 0) failed += 1
  }
  return failed === 0 ? 0 : 1
})
