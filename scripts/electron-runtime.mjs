// node scripts/run.mjs electron-runtime [--official]: fetches an Electron where none is there yet, and prints its folder.
import process from 'node:process'
import { ensureDependencies } from './lib/dependencies.mjs'
import { ensureElectron } from './lib/electron-runtime.mjs'
import { runEntry } from './lib/entry.mjs'
import { root } from './lib/paths.mjs'

await runEntry(async (args) => {
  await ensureDependencies(root)
  const { dist } = await ensureElectron({ official: args.includes('--official') })
  process.stdout.write(`${dist}\n`)
})
