import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** Where the parts of an installed app lie. */
export interface AppFiles {
  readonly version: string
  /** Holds the modules of the build that run as child processes. */
  readonly buildDir: string
  /** Modules of threads; absent: the core's own thread does their work. */
  readonly workers?: { readonly records: string; readonly batches: string }
  /** The built window. */
  readonly rendererDir: string
  readonly resourcesDir: string
}

const manifest = z.object({ name: z.string(), version: z.string() })

/** Finds the app from one of its own folders: code runs from `src-main`, from the build or from a part of the build. */
export function findAppFiles(from: string = import.meta.dirname): AppFiles {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    const found = existsSync(file) ? manifest.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data : undefined
    if (found?.name === 'first-desktop') return { version: found.version, buildDir: join(folder, 'out/main'), workers: { records: join(folder, 'out/main/records-worker.js'), batches: join(folder, 'out/main/batch-validate-worker.js') }, rendererDir: join(folder, 'out/renderer'), resourcesDir: join(folder, 'resources') }
    if (folder === dirname(folder)) throw new Error(`There is no package.json of first-desktop above ${from}.`)
  }
}
