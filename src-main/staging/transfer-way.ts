import { copyFile, constants, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StagingConfig } from '@shared/config/staging'
import { FirstError, toFirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import { isErrno } from '../storage/atomic-file'
import { sha256Of } from './digest'
import type { Journal } from './journal'
import type { Persist } from './persist'
import { stopOf, tellBytes, type Step } from './step'
import { failureOf, waitWords } from './task-words'
import type { TransferApi, TransferOrder, TransferTask } from './transfer-api'
import type { Way } from './way'

export interface TransferWayDeps {
  readonly api: TransferApi
  /** Of the site. */
  readonly collection: string
  readonly here: NonNullable<StagingConfig['transfer']>
  readonly journal: Journal
  readonly persist: Persist
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>
  readonly title: () => string
  readonly logger: Pick<Logger, 'warn'>
}

/** Milliseconds between two looks at a task. */
const lookMs = (looks: number): number => Math.min(30_000, 1_000 * 1.5 ** looks)
/** A task is stopped within this time, or goes on. */
const cancelMs = 10_000

/** Files by Globus Transfer, between a collection of this machine and the site's (wire/globus.md, section 4). */
export function createTransferWay({ api, collection, here, journal, persist, rest, title, logger }: TransferWayDeps): Way {
  const local = (name: string): string => join(here.folder, name)
  const endHere = (name: string) => ({ collection: here.collection, path: `${here.path}${name}` })
  const endThere = (path: string) => ({ collection, path })

  const submit = (key: string, mark: string, order: Omit<TransferOrder, 'submissionId'>, step: Step): Promise<string> =>
    persist(step, async () => {
      const before = await journal.read(key)
      if (before?.mark === mark && before.taskId !== undefined) return before.taskId
      const submissionId = before?.mark === mark ? before.submissionId : await api.newSubmission(stopOf(step))
      await journal.write(key, { mark, submissionId })
      const taskId = await api.submit({ ...order, submissionId }, stopOf(step))
      await journal.write(key, { mark, submissionId, taskId })
      return taskId
    })

  const watch = async (taskId: string, what: string, sizeBytes: number | undefined, step: Step): Promise<TransferTask> => {
    const tell = tellBytes(step, what, sizeBytes)
    for (let looks = 0; ; looks++) {
      const task = await persist(step, () => api.task(taskId, stopOf(step)), Infinity)
      if (task.status === 'SUCCEEDED' || task.status === 'FAILED') return task
      const reason = waitWords(task)
      if (reason === undefined) tell(task.bytes)
      else step.onWait(`${what} waits: ${reason}.`)
      await rest(lookMs(looks), stopOf(step))
    }
  }

  /** Where the answer to its submission has not come, the same submission again names its task. */
  const stop = async (key: string, mark: string, order: Omit<TransferOrder, 'submissionId'>): Promise<void> => {
    const begun = await journal.read(key)
    if (begun?.mark !== mark) return
    const signal = AbortSignal.timeout(cancelMs)
    try {
      await api.cancel(begun.taskId ?? (await api.submit({ ...order, submissionId: begun.submissionId }, signal)), signal)
    } catch (cause) {
      logger.warn({ cause, task: begun.taskId }, 'a task of Globus Transfer could not be stopped')
    }
  }

  /** One file, as a task of its own; after a restart it is the same task. */
  const carry = async (key: string, mark: string, order: Omit<TransferOrder, 'submissionId'>, { what, sizeBytes }: { readonly what: string; readonly sizeBytes?: number }, step: Step): Promise<void> => {
    let taskId: string | undefined
    try {
      taskId = await submit(key, mark, order, step)
      const task = await watch(taskId, what, sizeBytes, step)
      await journal.remove(key)
      if (task.status === 'FAILED') throw failureOf(task, what)
    } catch (cause) {
      const isGone = taskId !== undefined && toFirstError(cause).code === 'not_found'
      // The app that quits leaves the task to go on; a batch that is cancelled does not.
      if (step.ending.aborted) await stop(key, mark, order)
      if (isGone || step.ending.aborted) await journal.remove(key)
      throw cause
    }
  }

  return {
    async put({ path, name }, to, step) {
      const [{ size }, mark] = [await stat(path), await sha256Of(path)]
      // A task that is under way reads the copy: it stays as it is.
      if ((await journal.read(name))?.mark !== mark) await inFolder(here.folder, () => copyWhole(path, local(name)))
      try {
        await carry(name, mark, { from: endHere(name), to: endThere(to), label: `FIRST Desktop: ${name}` }, { what: `Copying the requests to ${title()}`, sizeBytes: size }, step)
      } finally {
        // Globus reads it on while the app is not there.
        if (!step.leaving.aborted) await rm(local(name), { force: true })
      }
    },
    async get(from, { path, name }, step) {
      await carry(name, from, { from: endThere(from), to: endHere(name), label: `FIRST Desktop: ${name}` }, { what: `Fetching the results from ${title()}` }, step)
      await inFolder(here.folder, () => copyWhole(local(name), path))
      await rm(local(name), { force: true })
    },
    remove: (paths, signal) => api.remove(collection, paths, signal),
  }
}

/** Whoever reads it sees all of it, or none. */
async function copyWhole(from: string, to: string): Promise<void> {
  const part = `${to}.part`
  await copyFile(from, part, constants.COPYFILE_FICLONE)
  await rename(part, to)
}

async function inFolder(folder: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (cause) {
    if (isErrno(cause, 'ENOSPC', 'EDQUOT')) throw new FirstError('disk_full', `The disk of ${folder} is full.`, { cause })
    if (isErrno(cause, 'ENOENT', 'EACCES', 'EPERM', 'ENOTDIR')) throw new FirstError('invalid_request', `A file cannot be copied by way of ${folder} (${cause.code ?? ''}).`, { cause, action: 'Correct staging.transfer.folder of this cluster in config.yaml.' })
    throw cause
  }
}
