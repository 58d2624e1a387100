// npm run bench [-- ARG…]: builds the app and measures it with test/bench/main.ts.
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt } from './lib/build.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { withDisplay } from './lib/display.mjs'
import { runEntry } from './lib/entry.mjs'
import { root } from './lib/paths.mjs'
import { runInSight } from './lib/processes.mjs'
import { ensureSidePackages } from './lib/side-packages.mjs'
import { readyForTests } from './lib/test-env.mjs'

await runEntry(async (args) => {
  await ensureDependencies(root)
  const peers = await ensureSidePackages(path.join(root, 'test/bench/peers'), { name: 'bench-peers', what: 'the gateway that ours is measured beside', neededBytes: 3e8 })
  const env = { ...process.env, ...(await readyForTests()), BENCH_PEERS: peers }
  await ensureBuilt(root)
  const [command, all] = withDisplay(process.execPath, [path.join(root, 'scripts/lib/run-typescript.mjs'), 'test/bench/main.ts', ...args])
  return runInSight(command, all, { cwd: root, env })
})
