import { useKnown } from '@renderer/db'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { StatusSpan } from '@shared/domain/status-history'
import { useEffect, useMemo } from 'react'
import { historyQuestion } from './questions'

export interface PastOf {
  /** Of a cluster, or of a model on it; empty where nothing is known. */
  readonly spans: (cluster: string, model?: string) => readonly StatusSpan[]
  /** Until when the past is told, Unix milliseconds; 0 while nothing is. */
  readonly toMs: number
}

const none: readonly StatusSpan[] = []

/** The past of everything, asked again when something in the snapshots has changed. */
export function useHistory(clusters: readonly ClusterSnapshot[]): PastOf {
  const { value, ask } = useKnown(historyQuestion)
  const present = useMemo(() => clusters.map(({ name, isReachable, isInMaintenance, models }) => `${name} ${isReachable} ${isInMaintenance ?? false} ${models.map(({ status }) => status).join()}`).join('\n'), [clusters])
  useEffect(() => {
    void ask()
  }, [ask, present])
  return useMemo(() => {
    const tracks = new Map(value?.tracks.map(({ cluster, model, spans }) => [`${cluster}\n${model ?? ''}`, spans]))
    return { spans: (cluster, model) => tracks.get(`${cluster}\n${model ?? ''}`) ?? none, toMs: value?.toMs ?? 0 }
  }, [value])
}
