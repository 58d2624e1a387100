import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { Clock } from '../core/clock'
import type { Logger } from '../core/logger'
import { touchPrivate } from './atomic-file'
import { damaged, openDatabase, type Database } from './database'
import { migrations as allMigrations, type Migration } from './migrations'
import { requireSpace } from './space'

interface MigrateDeps {
  readonly path: string
  readonly backupsDir: string
  readonly clock: Clock
  readonly logger: Logger
  /** Looks through the whole file first: after a crash. */
  readonly check?: boolean
  readonly migrations?: readonly Migration[]
}

/** Copies kept of databases from before a migration. */
const keptBackups = 3

/**
 * Opens the database and brings it to the newest schema; one that holds data is copied to `backups/` before.
 * @throws FirstError `data_dir_unusable` when it is damaged or of a newer app, `disk_full` when the copy does not fit.
 */
export async function openMigratedDatabase(deps: MigrateDeps): Promise<Database> {
  const database = openDatabase(deps.path)
  try {
    if (deps.check === true) checkDatabase(database, deps.path)
    await migrate(database, deps)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

async function migrate(database: Database, deps: MigrateDeps): Promise<void> {
  const steps = deps.migrations ?? allMigrations
  const newest = steps.at(-1)?.version ?? 0
  const version = schemaVersion(database)
  if (version > newest)
    throw new FirstError('data_dir_unusable', `The database ${deps.path} was written by a newer FIRST Desktop (schema ${version}; this one knows ${newest}).`, { action: 'Install the newer one again, or choose another folder with --data-dir.' })
  if (version === newest) return
  if (version > 0) await backUp(database, version, deps)
  for (const step of steps.filter((candidate) => candidate.version > version)) {
    database.transaction(() => {
      database.exec(step.sql)
      database.exec(`PRAGMA user_version = ${step.version}`)
    })
    deps.logger.info({ version: step.version, reason: step.reason }, 'database migrated')
  }
}

function schemaVersion(database: Database): number {
  return database.get(z.object({ user_version: z.number() }), 'PRAGMA user_version')?.user_version ?? 0
}

async function backUp(database: Database, version: number, deps: MigrateDeps): Promise<void> {
  await requireSpace(deps.backupsDir, 2 * (await stat(deps.path)).size)
  const copy = join(deps.backupsDir, `first-${version}-${new Date(deps.clock.now()).toISOString().replaceAll(/[-:.]/g, '')}.db`)
  // Under its own name only once it is whole: one that a full disk or a kill cut short is no backup.
  const draft = `${copy}.part`
  try {
    touchPrivate(draft)
    database.run('VACUUM INTO ?', draft)
    await rename(draft, copy)
  } catch (cause) {
    await rm(draft, { force: true })
    throw cause
  }
  deps.logger.info({ copy }, 'database backed up before a migration')
  const old = (await readdir(deps.backupsDir)).filter((name) => /^first-\d+-\w+\.db$/.test(name)).sort(byTime).slice(0, -keptBackups)
  for (const name of old) await rm(join(deps.backupsDir, name))
}

function byTime(one: string, other: string): number {
  const time = (name: string): string => name.split('-')[2] ?? ''
  return time(one) < time(other) ? -1 : 1
}

function checkDatabase(database: Database, path: string): void {
  const [finding] = database.all(z.object({ quick_check: z.string() }), 'PRAGMA quick_check(1)')
  if (finding !== undefined && finding.quick_check !== 'ok') throw damaged(path, undefined, finding.quick_check)
}
