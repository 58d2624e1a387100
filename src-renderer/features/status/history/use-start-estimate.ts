import { useKnown } from '@renderer/db'
import type { ModelInfo } from '@shared/domain/model'
import { useEffect, useMemo } from 'react'
import { modelHistoryQuestion } from './questions'
import { startEstimate, type StartEstimate } from './start-estimate'

/** Where a model that is not live yet is on its way, from what its cluster says and what was seen of it before. */
export function useStartEstimate(model: ModelInfo): StartEstimate {
  const { cluster, id, status } = model
  const question = useMemo(() => modelHistoryQuestion(cluster, id), [cluster, id])
  const { value, ask } = useKnown(question)
  useEffect(() => {
    void ask()
  }, [ask, status])
  return startEstimate(model, value?.tracks.find((track) => track.model === id)?.spans ?? [])
}
