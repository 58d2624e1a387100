import { useCoreClient, useCoreState } from '@renderer/rpc'
import type { CoreClient } from '@renderer/rpc'
import type { LiveCounters } from '@shared/domain/records'
import { useEffect } from 'react'
import { useLiveStore } from './live-store'

/** After a subscription that ended by itself. */
const pauseMs = 3000

export interface LiveView {
  readonly counters: LiveCounters | undefined
  /** False while they are those of before: `counters.atMs` is their age. */
  readonly isLive: boolean
}

/** Follows the counters for as long as a page shows them. */
export function useLiveCounters(): LiveView {
  const client = useCoreClient()
  const isOpen = useCoreState((state) => state.connection === 'open')
  useEffect(() => {
    if (!isOpen) return
    const leaving = new AbortController()
    void follow(client, leaving.signal)
    return () => leaving.abort()
  }, [client, isOpen])
  const counters = useLiveStore((state) => state.counters)
  return { counters, isLive: isOpen && counters !== undefined }
}

async function follow(client: CoreClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const counters of await client.records.watch(undefined, { signal })) useLiveStore.setState({ counters })
    } catch {
      // The connection says by itself when it is lost; anything else is tried again.
    }
    await new Promise<void>((over) => {
      const timer = setTimeout(over, pauseMs)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        over()
      })
    })
  }
}
