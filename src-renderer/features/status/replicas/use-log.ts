import { useCoreClient } from '@renderer/rpc'
import { problemOf, type Problem } from '@renderer/ui/problem'
import { useCallback, useEffect, useState } from 'react'

export interface ReadLog {
  /** Absent until it was read. */
  readonly text?: string
  /** Unix milliseconds. */
  readonly readAtMs?: number
  /** Why it could not be read the last time; what was read before stays. */
  readonly problem?: Problem | undefined
  readonly isBusy: boolean
}

/** The last lines of a replica, read at once and when they are asked for again. */
export function useLog(id: string): ReadLog & { readonly read: () => void } {
  const client = useCoreClient()
  const [log, setLog] = useState<ReadLog>({ isBusy: true })
  const ask = useCallback(
    () =>
      client.replicas.log({ id }).then(
        ({ text }) => setLog({ text, readAtMs: Date.now(), isBusy: false }),
        (cause: unknown) => setLog((now) => ({ ...now, problem: problemOf(cause), isBusy: false })),
      ),
    [client, id],
  )
  useEffect(() => void ask(), [ask])
  const read = () => {
    setLog((now) => ({ ...now, isBusy: true }))
    void ask()
  }
  return { ...log, read }
}
