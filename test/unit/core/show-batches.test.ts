import { describe, expect, it } from 'vitest'
import { endOf, progressOf, showBatches } from '@main/core/show-batches'
import { isBatchOver, type Batch } from '@shared/domain/batch'

const batch: Batch = { id: 'batch_1', name: 'papers.jsonl', owner: 'Owner', endpoint: '/v1/chat/completions', models: ['a'], status: 'in_progress', isPaused: false, createdAtMs: 1, expiresAtMs: 9, total: 100, completed: 0, failed: 0, errors: [], inputFileId: 'file-1', seq: 1 }

function desktopOf(first: readonly Batch[]) {
  let list = first
  let change = (): void => undefined
  let due: (() => void) | undefined
  const said: unknown[] = []
  const stop = showBatches({
    batches: {
      open: () => list.filter(({ status }) => !isBatchOver(status)),
      find: (id) => list.find((one) => one.id === id),
      onChange(listener) {
        change = listener
        return () => (change = () => undefined)
      },
    },
    desktop: { notify: ({ title, text }) => void said.push(`${title}: ${text}`), setProgress: (done) => void said.push(done), setAtWork: (isAtWork) => void said.push(isAtWork ? 'at work' : 'idle') },
    after(run) {
      due = run
      return () => (due = undefined)
    },
  })
  return {
    stop,
    said,
    become: (...next: Batch[]): void => {
      list = next
      change()
      due?.()
    },
  }
}

describe('batches on the desktop', () => {
  it('show how far they are, all together, and leave out those that are paused or over', () => {
    expect(progressOf([{ ...batch, completed: 20, failed: 5 }, { ...batch, total: 300, completed: 75 }])).toBe(0.25)
    expect(progressOf([{ ...batch, isPaused: true }, { ...batch, status: 'completed' }])).toBeUndefined()
    expect(progressOf([{ ...batch, status: 'validating', total: 0 }])).toBe(0)
  })

  it('say when one is over, once, and none of those that were over before', () => {
    const { said, become } = desktopOf([{ ...batch, id: 'old', status: 'completed' }])
    expect(said).toEqual([])
    become({ ...batch, completed: 50 })
    become({ ...batch, status: 'completed', completed: 97, failed: 3 })
    become({ ...batch, status: 'completed', completed: 97, failed: 3 })
    expect(said).toEqual(['at work', 0.5, 'papers.jsonl is done: 97 of 100 requests have an answer, 3 failed.', 'idle', undefined])
  })

  it('say nothing of one that was taken out of the list', () => {
    const { said, become } = desktopOf([{ ...batch, isPaused: true }])
    become()
    expect(said).toEqual([])
  })

  it('say why a file could not be run, and nothing of what the person cancelled', () => {
    expect(endOf({ ...batch, status: 'failed', errors: [{ line: 3, code: 'invalid_json_line', message: 'Line 3 is no JSON.', fix: '' }] })?.text).toBe('Line 3 is no JSON.')
    expect(endOf({ ...batch, status: 'cancelled' })).toBeUndefined()
  })

  it('are not looked at any more after the end', () => {
    const { said, stop, become } = desktopOf([batch])
    stop()
    become({ ...batch, status: 'completed' })
    expect(said).toEqual(['at work', 0])
  })
})
