import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Document } from 'yaml'
import type { Config } from '@shared/config/schema'
import { FirstError } from '@shared/errors'
import type { ConfigState } from '@shared/rpc/contract'
import { isErrno, writeFileAtomic } from '../../storage/atomic-file'
import { requireSpace } from '../../storage/space'
import type { Logger } from '../logger'
import { parseConfig, problemLines, type ParsedConfig } from './parse-config'
import { readConfig } from './read-config'
import { watchFile } from './watch-file'

export interface ConfigStore {
  /** The configuration in force. */
  current(): Config
  /** What is wrong with the file as it is now; while something is, an earlier version stays in force. */
  state(): ConfigState
  /** Called after a version came into force, and when the problems changed; an edit waits for what it returns. */
  onChange(listener: () => void | Promise<void>): () => void
  /**
   * Changes the file, comments kept, and brings the result into force.
   * @throws FirstError `config_invalid` when the file has problems, or would have.
   */
  edit(change: (document: Document) => void): Promise<void>
  close(): void
}

interface ConfigStoreDeps {
  readonly path: string
  /** The person named the file, so it must be there. */
  readonly isRequired: boolean
  readonly logger: Logger
  /** `refuse`: a file with problems stops the start. `defaults`: the app starts without it and shows them. */
  readonly whenInvalid: 'refuse' | 'defaults'
}

/** Reads config.yaml, follows its changes and makes ours. */
export async function createConfigStore(deps: ConfigStoreDeps): Promise<ConfigStore> {
  const { path, logger } = deps
  let text = await readConfig(path, deps.isRequired)
  let parsed = parseConfig(text)
  if (parsed.config === undefined && deps.whenInvalid === 'refuse') throw invalid(path, parsed)
  let inForce = parsed.config ?? defaults()
  const listeners = new Set<() => void | Promise<void>>()
  let queue: Promise<unknown> = Promise.resolve()

  const adopt = async (next: string): Promise<void> => {
    if (digest(next) === digest(text)) return
    text = next
    parsed = parseConfig(text)
    if (parsed.config === undefined) logger.warn({ problems: parsed.problems }, 'config.yaml has problems; the version before stays in force')
    else inForce = parsed.config
    for (const listener of listeners) await listener()
  }
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(work, work)
    queue = turn.catch(() => undefined)
    return turn
  }
  const reload = (): Promise<void> =>
    inTurn(async () => adopt(await readConfig(path, false))).catch((cause: unknown) => {
      logger.warn({ cause }, 'config.yaml could not be read; the version before stays in force')
    })
  const watcher = watchFile(path, () => void reload(), logger)

  return {
    current: () => inForce,
    state: () => ({ path, problems: [...parsed.problems] }),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    edit: (change) =>
      inTurn(async () => {
        const before = parseConfig(await readConfig(path, false))
        if (before.config === undefined) throw refused(path, before)
        change(before.document)
        const next = before.document.toString({ lineWidth: 0 })
        const after = parseConfig(next)
        if (after.config === undefined) throw invalid(path, after)
        await requireSpace(dirname(path), next.length, 0)
        await writeFileAtomic(await realPath(path), next)
        await adopt(next)
      }),
    close() {
      watcher.close()
      listeners.clear()
    },
  }
}

function defaults(): Config {
  const { config } = parseConfig('')
  if (config === undefined) throw new Error('The schema of config.yaml must accept an empty file.')
  return config
}

/** A file that is a link, as people keep their settings, stays one. */
async function realPath(path: string): Promise<string> {
  return realpath(path).catch((cause: unknown) => {
    if (isErrno(cause, 'ENOENT')) return path
    throw cause
  })
}

function invalid(path: string, parsed: ParsedConfig): FirstError {
  return new FirstError('config_invalid', problemLines(path, parsed.problems), { info: { problems: parsed.problems } })
}

/** In a sentence, for whoever asked for the edit. */
function refused(path: string, { problems }: ParsedConfig): FirstError {
  const [first] = problems
  const mistake = first === undefined ? 'cannot be read' : `has a mistake in line ${first.line}${first.key === '' ? '' : `, ${first.key}`}: ${first.message}`
  return new FirstError('config_invalid', `Nothing was changed: ${path} ${mistake}.`, { info: { problems } })
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
