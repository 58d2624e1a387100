import { isBatchOver, type Batch, type BatchStatus } from '@shared/domain/batch'
import type { Batches } from '../batches/batches'
import type { ShellPort } from './ports'

type Desktop = Pick<ShellPort, 'notify' | 'setProgress' | 'setAtWork'>

const isAtWork = ({ status, isPaused }: Batch): boolean => !isBatchOver(status) && !isPaused

/** How far the batches at work are, all together, 0 to 1; undefined where there is none. */
export function progressOf(batches: readonly Batch[]): number | undefined {
  const atWork = batches.filter(isAtWork)
  if (atWork.length === 0) return undefined
  const total = atWork.reduce((sum, batch) => sum + batch.total, 0)
  return total === 0 ? 0 : atWork.reduce((sum, { completed, failed }) => sum + completed + failed, 0) / total
}

const ends: Readonly<Partial<Record<BatchStatus, string>>> = {
  completed: 'is done',
  failed: 'could not be run',
  expired: 'has run out of time',
}

/** What is said of a batch that has come to its end; undefined where nobody need be told. */
export function endOf({ name, status, total, completed, failed, errors }: Batch): { readonly title: string; readonly text: string } | undefined {
  const word = ends[status]
  if (word === undefined) return undefined
  const mistake = errors[0]
  if (status === 'failed' && mistake !== undefined) return { title: `${name} ${word}`, text: mistake.message }
  return { title: `${name} ${word}`, text: `${completed} of ${total} requests have an answer${failed > 0 ? `, ${failed} failed` : ''}.` }
}

interface Shown {
  readonly batches: Pick<Batches, 'open' | 'find' | 'onChange'>
  readonly desktop: Desktop
  /** Calls `run` once, a moment later; the result cancels it. */
  readonly after: (run: () => void) => () => void
}

/** Shows on the desktop how far batches are, and says when one is over. @returns how to stop */
export function showBatches({ batches, desktop, after }: Shown): () => void {
  let open = new Set<string>()
  let shown: number | undefined
  let cancel: (() => void) | undefined
  const look = (): void => {
    cancel = undefined
    const here = batches.open()
    const before = open
    open = new Set(here.map(({ id }) => id))
    for (const id of before) {
      const gone = open.has(id) ? undefined : batches.find(id)
      const note = gone === undefined ? undefined : endOf(gone)
      if (note !== undefined) desktop.notify(note)
    }
    const progress = progressOf(here)
    // A bar of a hundred steps: what is less is not seen.
    const next = progress === undefined ? undefined : Math.floor(progress * 100) / 100
    if (next === shown) return
    if ((next === undefined) !== (shown === undefined)) desktop.setAtWork(next !== undefined)
    shown = next
    desktop.setProgress(next)
  }
  look()
  const stop = batches.onChange(() => (cancel ??= after(look)))
  return () => {
    stop()
    cancel?.()
  }
}

/** Counts change with every request: they are looked at once a second. */
export function soon(run: () => void): () => void {
  const timer = setTimeout(run, 1_000).unref()
  return () => clearTimeout(timer)
}
