import { useKnown } from '@renderer/db'
import type { ModelInfo } from '@shared/domain/model'
import { useEffect, useMemo } from 'react'
import { modelHistoryQuestion } from './questions'
import { heldSinceMs, usualTimeToLive } from './start-times'

export interface StartEstimate {
  /** Unix milliseconds since when the model has its status, where that is known. */
  readonly sinceMs: number | undefined
  /** How long it usually takes from there until it is live, in milliseconds, learned from past starts. */
  readonly usualMs: number | undefined
}

/** Where a model that is not live yet is on its way, from what was seen of it before. */
export function useStartEstimate({ cluster, id, status, sinceMs }: ModelInfo): StartEstimate {
  const question = useMemo(() => modelHistoryQuestion(cluster, id), [cluster, id])
  const { value, ask } = useKnown(question)
  useEffect(() => {
    void ask()
  }, [ask, status])
  const spans = value?.tracks.find(({ model }) => model === id)?.spans ?? []
  return { sinceMs: sinceMs ?? heldSinceMs(spans, status), usualMs: usualTimeToLive(spans, status) }
}
