import { mergeSnapshot } from '@main/federation/merge-snapshot'
import { Place, defaultSlowRules } from '@main/federation/place'
import { defaultBreakerRules } from '@main/federation/breaker'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { describe, expect, test } from 'vitest'

const model = (id: string, status: ModelStatus): ModelInfo => ({ id, cluster: 'lab', framework: 'vllm', status })
const lab = (more: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({ name: 'lab', kind: 'slurm', isReachable: true, models: [model('up', 'live'), model('cold', 'offline')], replicas: [], takenAtMs: 1, ...more })
const statuses = ({ models }: ClusterSnapshot): string[] => models.map(({ status }) => status)

describe('a cluster whose replicas are started from here', () => {
  test('keeps what is live while its workload manager cannot be asked', () => {
    expect(statuses(mergeSnapshot(lab(), lab({ isReachable: false, takenAtMs: 2 })))).toEqual(['live', 'unknown'])
  })

  test('keeps what is live under maintenance', () => {
    expect(statuses(mergeSnapshot(lab(), lab({ isInMaintenance: true, models: [model('up', 'live'), model('cold', 'maintenance')], takenAtMs: 2 })))).toEqual(['live', 'maintenance'])
  })
})

test('another cluster that cannot be reached serves nothing that is known', () => {
  const other: ClusterSnapshot = { name: 'other', kind: 'direct', isReachable: true, models: [model('up', 'live')], takenAtMs: 1 }
  expect(statuses(mergeSnapshot(other, { ...other, isReachable: false }))).toEqual(['unknown'])
})

test.each([['failed', true], ['maintenance', true], ['live', true], ['queued', false], ['starting', false]] as const)('a place that asked for patience, and is %s by now: asked again %s', (status, isAskedAgain) => {
  const place = new Place({ cluster: 'lab', model: 'm', framework: 'vllm' }, { ...defaultBreakerRules, ...defaultSlowRules })
  place.look('offline', 0)
  place.leave(place.enter(false, 0), new FirstError('model_loading', 'It is starting.', { retryAfterS: 30 }), 0)
  expect(place.pause(1)).toBeDefined()
  place.look(status, 1)
  expect(place.pause(1) === undefined).toBe(isAskedAgain)
})
