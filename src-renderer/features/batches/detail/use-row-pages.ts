import { useCoreClient, useCoreState } from '@renderer/rpc'
import type { BatchStatus } from '@shared/domain/batch'
import type { BatchRowFilter } from '@shared/domain/batch-rows'
import { useEffect, useMemo } from 'react'
import { createRowPages, type RowPages } from './row-pages'

/** While it runs, what is in sight is asked for again this often. */
const refreshEveryMs = 2_000

export interface ShownRows {
  readonly id: string
  readonly filter: BatchRowFilter
  readonly search: string
  /** With a new one, such as after the check, all is asked for again. */
  readonly status: BatchStatus
  readonly isRunning: boolean
}

export function useRowPages({ id, filter, search, status, isRunning }: ShownRows): RowPages {
  const client = useCoreClient()
  const isOpen = useCoreState((state) => state.connection === 'open')
  const pages = useMemo(() => createRowPages({ client, id, filter, search }), [client, id, filter, search])
  useEffect(() => pages.open(), [pages])
  useEffect(() => {
    if (!isOpen) return
    pages.refresh()
    const timer = isRunning ? setInterval(() => !document.hidden && pages.refresh(), refreshEveryMs) : undefined
    return () => clearInterval(timer)
  }, [pages, isOpen, status, isRunning])
  return pages
}
