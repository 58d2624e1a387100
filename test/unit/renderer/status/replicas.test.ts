import { freshAlerts } from '@renderer/features/status/alerts/fresh-alerts'
import { handleWords, ofDeployment, replicaOfJob, replicasOf } from '@renderer/features/status/replicas/replica-rows'
import { consequence, endConsequence, isHeld, isKeptOff, takesAway, wishWords, type Wish } from '@renderer/features/status/scaling/admin-words'
import type { Alert } from '@shared/domain/alert'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Replica, ReplicaState } from '@shared/domain/replica'
import { describe, expect, test } from 'vitest'

const replica = (id: string, state: ReplicaState, more: Partial<Replica> = {}): Replica => ({ id, cluster: 'lab', model: 'tern', framework: 'vllm', state, sinceMs: 1, requestedAtMs: 1, attempt: 1, ...more })
const cluster = (name: string, replicas?: Replica[]): ClusterSnapshot => ({ name, kind: 'slurm', isReachable: false, models: [], takenAtMs: 1, ...(replicas && { replicas }) })

describe('replicas', () => {
  test('of all clusters come with what serves first, and of the rest the newest', () => {
    const all = replicasOf([cluster('lab', [replica('a', 'stopped'), replica('b', 'failed', { sinceMs: 5 }), replica('c', 'failed', { sinceMs: 9 })]), cluster('web'), cluster('sea', [replica('d', 'queued'), replica('e', 'live')])])
    expect(all.map(({ id }) => id)).toEqual(['e', 'd', 'c', 'b', 'a'])
  })
  test('belong to a model on a cluster with a framework', () => {
    const all = [replica('a', 'live'), replica('b', 'live', { framework: 'api' }), replica('c', 'live', { cluster: 'sea' }), replica('d', 'live', { model: 'gull' })]
    expect(ofDeployment(all, { cluster: 'lab', id: 'tern', framework: 'vllm' }).map(({ id }) => id)).toEqual(['a'])
  })
  test('are named as their cluster knows them', () => {
    expect([handleWords('24535@7b148e85:2599822', false), handleWords('17', true)]).toEqual(['process 24535', 'job 17'])
  })
  test('are found by their job for as long as it can be cancelled', () => {
    const lab = cluster('lab', [replica('a', 'queued', { handle: '17' }), replica('b', 'failed', { handle: '16' })])
    expect(['17', '16', '1', undefined].map((job) => replicaOfJob(lab, job)?.id)).toEqual(['a', undefined, undefined, undefined])
  })
})

describe('what an admin wants', () => {
  const wish = (kind: Wish['kind'], replicas?: number): Wish => ({ kind, atMs: 0, ...(replicas !== undefined && { replicas }) })

  test('is said in words, and marks a model that does not go by its load', () => {
    expect([wish('start'), wish('stop'), wish('drain'), wish('scale', 1), wish('scale', 3)].map(wishWords)).toEqual(['Started', 'Kept stopped', 'Drained, and kept stopped', 'Kept at 1 replica', 'Kept at 3 replicas'])
    expect([undefined, wish('start'), wish('stop'), wish('scale', 2)].map(isHeld)).toEqual([false, false, true, true])
    expect([undefined, wish('start'), wish('stop'), wish('drain'), wish('scale', 0), wish('scale', 1)].map(isKeptOff)).toEqual([false, false, true, true, true, false])
  })

  const two = [replica('a', 'live', { inFlight: 2 }), replica('b', 'live', { inFlight: 1 }), replica('c', 'failed')]
  test('is asked about first where it takes something away', () => {
    expect(takesAway({ kind: 'start' }, two)).toBe(false)
    expect(takesAway({ kind: 'auto' }, two)).toBe(false)
    expect(takesAway({ kind: 'stop' }, [])).toBe(true)
    expect([0, 1, 2, 3].map((replicas) => takesAway({ kind: 'scale', replicas }, two))).toEqual([true, true, false, false])
  })
  test('says what happens to what runs and to the requests in flight', () => {
    expect(consequence({ kind: 'stop' }, two)).toMatch(/^2 replicas end at once, and 3 requests in flight fail\. It stays stopped/)
    expect(consequence({ kind: 'drain' }, two)).toMatch(/^2 replicas take no new request and end when finished; 3 requests are in flight\./)
    expect(consequence({ kind: 'scale', replicas: 1 }, two)).toBe('1 replica of 2 ends when finished; 3 requests are in flight.')
    expect(consequence({ kind: 'stop' }, [replica('a', 'live', { inFlight: 1 })])).toMatch(/^1 replica ends at once, and 1 request in flight fails\./)
    expect(consequence({ kind: 'stop' }, [replica('a', 'queued')])).toMatch(/^1 replica ends at once; no request is in flight\./)
    expect(consequence({ kind: 'drain' }, [])).toMatch(/^Nothing of it runs now\./)
    expect(consequence({ kind: 'scale', replicas: 0 }, [])).toMatch(/^Nothing of it runs now\. It stays stopped/)
  })
  test('of one replica goes by how far it has come', () => {
    expect(endConsequence(replica('a', 'live', { inFlight: 2 }))).toMatch(/^It ends at once, and 2 requests in flight fail\./)
    expect(endConsequence(replica('a', 'queued'))).toMatch(/^It is taken out of the queue\./)
    expect(endConsequence(replica('a', 'starting'))).toMatch(/^Its start is given up\./)
  })
})

test('alerts are told once each, and never those from before the window was opened', () => {
  const alert = (id: string, atMs: number): Alert => ({ id, kind: 'cluster_back', atMs, cluster: 'lab', message: 'Back.' })
  const list = [alert('old', 99), alert('told', 150), alert('new', 200)]
  expect(freshAlerts(list, undefined, 100).map(({ id }) => id)).toEqual(['told', 'new'])
  expect(freshAlerts(list, new Set(['old', 'told']), 100).map(({ id }) => id)).toEqual(['new'])
  expect(freshAlerts([alert('clock behind', 50)], new Set(), 100)).toHaveLength(1)
})
