import { copyFile, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { FirstError } from '@shared/errors'
import { createConfigStore } from '../core/config/config-store'
import { addPlanned, plannedText } from '../core/config/import/add-planned'
import { planImport, type BatchKind } from '../core/config/import/plan-import'
import { readFixtures, type FixtureFile } from '../core/config/import/read-fixtures'
import { parseConfig, problemLines } from '../core/config/parse-config'
import { readConfig } from '../core/config/read-config'
import type { Logger } from '../core/logger'
import { isErrno } from '../storage/atomic-file'
import { dataDirPaths, prepareDataDir } from '../storage/data-dir'
import type { CliContext } from './context'

export interface ImportFlags {
  readonly cluster?: string
  readonly kind: BatchKind
  readonly dataDir: string
  readonly config?: string
  readonly write?: boolean
}

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => silent }

/**
 * Shows what the fixtures of a FIRST site add to config.yaml and, where that is wanted, writes it.
 * @throws FirstError `invalid_request` that names the place in a fixture; `config_invalid` where config.yaml has problems, or would have
 */
export async function importSite(paths: readonly string[], { cluster, kind, dataDir, config, write }: ImportFlags, context: CliContext): Promise<void> {
  const plan = planImport(readFixtures(await Promise.all(paths.map(readFixture))), { cluster, kind })
  const path = config ?? dataDirPaths(dataDir).config
  const isNamed = config !== undefined
  const { document, config: valid, problems } = parseConfig(await readConfig(path, isNamed))
  if (valid === undefined) throw new FirstError('config_invalid', problemLines(path, problems))

  const { clusters, notes } = addPlanned(document, plan.clusters)
  for (const note of [...plan.notes, ...notes]) context.err(`Note: ${note}\n`)
  if (clusters.length === 0) {
    context.err(`There is nothing to add to ${path}.\n`)
    return
  }
  const after = parseConfig(document.toString({ lineWidth: 0 }))
  if (after.config === undefined) throw new FirstError('config_invalid', `What the files hold makes no valid configuration:\n${problemLines(path, after.problems)}`, { action: 'Correct the files; nothing was changed.' })
  context.out(plannedText(clusters))
  if (write !== true) {
    context.err(`Nothing was changed: --write adds this to ${path}.\n`)
    return
  }
  if (!isNamed) await prepareDataDir(dataDir)
  const backup = await backUp(path)
  const store = await createConfigStore({ path, isRequired: isNamed, logger: silent, whenInvalid: 'refuse' })
  try {
    await store.edit((current) => void addPlanned(current, plan.clusters))
  } finally {
    store.close()
  }
  context.err(`${path} has it now${backup === undefined ? '' : `; as it was before: ${backup}`}. A FIRST Desktop that runs with this file follows it.\n`)
}

async function readFixture(path: string): Promise<FixtureFile> {
  try {
    return { path: basename(path), text: await readFile(path, 'utf8') }
  } catch (cause) {
    const why = isErrno(cause, ...Object.keys(reasons)) ? reasons[cause.code ?? ''] : String(cause)
    throw new FirstError('invalid_request', `${path} cannot be read: ${why}.`, { cause, action: 'Name the files clusters.json and endpoints.json of the site.' })
  }
}

const reasons: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'this user may not read it' }

/** @returns where the copy is; absent where there was no file. */
async function backUp(path: string): Promise<string | undefined> {
  const copy = `${path}.${new Date().toISOString().replaceAll(/[:.]/g, '-')}.bak`
  try {
    await copyFile(path, copy)
    return copy
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined
    throw cause
  }
}
