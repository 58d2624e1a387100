import { useCoreClient } from '@renderer/rpc'
import { problemOf, type Problem } from '@renderer/ui/problem'
import type { ServerFinding } from '@shared/rpc/contract'
import { useEffect, useState } from 'react'

/** A person who types is not asked after each letter. */
const pauseMs = 500

export type ServerCheck =
  | { readonly kind: 'none' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'found'; readonly finding: ServerFinding }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** Tries an address as it is typed: what answers there, and which models it has. */
export function useServerCheck(url: string | undefined, apiKey: string): ServerCheck {
  const client = useCoreClient()
  const [done, setDone] = useState<{ readonly of: string; readonly check: ServerCheck }>()
  const wanted = `${url ?? ''} ${apiKey}`
  useEffect(() => {
    if (url === undefined) return
    const leaving = new AbortController()
    const timer = setTimeout(() => {
      client.servers.check({ url, ...(apiKey !== '' && { apiKey }) }, { signal: leaving.signal }).then(
        (finding) => setDone({ of: wanted, check: { kind: 'found', finding } }),
        (cause: unknown) => {
          if (!leaving.signal.aborted) setDone({ of: wanted, check: { kind: 'failed', problem: problemOf(cause) } })
        },
      )
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [client, url, apiKey, wanted])
  if (url === undefined) return { kind: 'none' }
  return done?.of === wanted ? done.check : { kind: 'checking' }
}
