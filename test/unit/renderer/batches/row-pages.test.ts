import { describe, expect, it } from 'vitest'
import { createRowPages, pageSize } from '@renderer/features/batches/detail/row-pages'
import type { BatchRow } from '@shared/domain/batch-rows'
import { becomes } from './support'

function pagesOf(total: number, isPartial: (asked: number) => boolean = () => false) {
  const asked: number[] = []
  const row = (index: number): BatchRow => ({ index, line: index + 1, customId: `q-${index}`, state: 'completed', question: '', answer: '' })
  const client = {
    batches: {
      rows: ({ offset, limit }: { readonly offset: number; readonly limit: number }) => {
        asked.push(offset)
        const partial = isPartial(asked.length)
        return Promise.resolve({ total, rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => row(offset + at)), ...(partial && { isPartial: true as const }) })
      },
    },
  }
  return { asked, pages: createRowPages({ client: client, id: 'batch_1', filter: 'all', search: '' }) }
}

describe('the requests of a batch', () => {
  it('are asked for a page at a time, each once, as they come into sight', async () => {
    const { asked, pages } = pagesOf(1_000_000)
    pages.open()
    pages.refresh()
    await becomes(() => pages.state.getState().total === 1_000_000)
    pages.want(0, 40)
    pages.want(pageSize - 5, pageSize + 5)
    pages.want(pageSize - 4, pageSize + 6)
    await becomes(() => pages.rowAt(pageSize) !== undefined)
    expect(asked).toEqual([0, pageSize])
    expect(pages.rowAt(pageSize + 3)?.customId).toBe(`q-${pageSize + 3}`)
  })

  it('are held only near what is looked at, however far it is scrolled', async () => {
    const { pages } = pagesOf(1_000_000)
    pages.open()
    pages.refresh()
    await becomes(() => pages.state.getState().total !== undefined)
    for (let page = 0; page < 60; page += 1) {
      pages.want(page * pageSize, page * pageSize + 30)
      await becomes(() => pages.rowAt(page * pageSize) !== undefined)
    }
    expect(pages.state.getState().pages.size).toBeLessThanOrEqual(32)
    expect(pages.rowAt(0)).toBeUndefined()
  })

  it('are asked for again when they may have changed: those in sight, and no others', async () => {
    const { asked, pages } = pagesOf(2_000)
    pages.open()
    pages.refresh()
    await becomes(() => pages.state.getState().total !== undefined)
    pages.want(3 * pageSize, 3 * pageSize + 30)
    await becomes(() => pages.rowAt(3 * pageSize) !== undefined)
    pages.refresh()
    await becomes(() => asked.length === 3)
    expect(asked).toEqual([0, 3 * pageSize, 3 * pageSize])
    expect(pages.rowAt(0)).toBeUndefined()
  })

  it('are asked for where it is looked when the last answer comes, not everywhere it was scrolled past', async () => {
    const { asked, pages } = pagesOf(1_000_000)
    pages.open()
    pages.refresh()
    await becomes(() => pages.state.getState().total !== undefined)
    for (let page = 10; page < 90; page += 10) pages.want(page * pageSize, page * pageSize + 30)
    await becomes(() => pages.rowAt(80 * pageSize) !== undefined)
    expect(asked).toEqual([0, 10 * pageSize, 80 * pageSize])
  })

  it('are asked for until the search has seen all of them', async () => {
    const { asked, pages } = pagesOf(5, (times) => times < 3)
    pages.open()
    pages.refresh()
    await becomes(() => pages.state.getState().total === 5 && !pages.state.getState().isPartial)
    expect(asked).toEqual([0, 0, 0])
  })
})
