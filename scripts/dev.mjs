// npm run dev: the window with hot reload.
import path from 'node:path'
import process from 'node:process'
import { ensureDependencies } from './lib/dependencies.mjs'
import { electronEnv } from './lib/electron-runtime.mjs'
import { runEntry } from './lib/entry.mjs'
import { windowRuntime } from './lib/launch.mjs'
import { root } from './lib/paths.mjs'
import { runNode } from './lib/processes.mjs'
import { sandboxSwitches } from './lib/sandbox.mjs'

await runEntry(async (args) => {
  await ensureDependencies(root)
  const runtime = await windowRuntime()
  const noSandbox = sandboxSwitches(runtime.dist).length > 0 ? ['--noSandbox'] : []
  return runNode(path.join(root, 'node_modules/electron-vite/bin/electron-vite.js'), ['dev', ...noSandbox, ...args], {
    cwd: root,
    // electron-vite looks for the official binary only, unless it is told where one is.
    env: { ...process.env, ...electronEnv(runtime) },
  })
})
