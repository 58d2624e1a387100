import { alertsOf } from '@main/core/alert-rules'
import { asUnknown } from '@main/federation/merge-snapshot'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Replica } from '@shared/domain/replica'
import { describe, expect, test } from 'vitest'

const nowMs = 1_800_000_000_000
const minute = 60_000
const replica = (id: string, more: Partial<Replica> = {}): Replica => ({ id, cluster: 'lab', model: 'm', framework: 'vllm', state: 'live', sinceMs: nowMs, requestedAtMs: nowMs, attempt: 1, ...more })
const lab = (more: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({ name: 'lab', kind: 'slurm', isReachable: true, models: [], replicas: [], takenAtMs: nowMs, ...more })
const alerts = (before: ClusterSnapshot, now: ClusterSnapshot) => alertsOf([before], [now], nowMs)

describe('an admin is told', () => {
  test('that a cluster is away, with the reason, and that it is back', () => {
    const away = lab({ isReachable: false, problem: 'squeue did not answer.' })
    expect(alerts(lab(), away)).toMatchObject([{ kind: 'cluster_unreachable', cluster: 'lab', message: 'lab: squeue did not answer.' }])
    expect(alerts(away, lab())).toMatchObject([{ kind: 'cluster_back' }])
    expect(alerts(away, away)).toEqual([])
  })

  test('that a cluster wants a sign-in', () => {
    expect(alerts(lab(), lab({ isReachable: false, problem: 'Sign in to alcf again.', needsSignIn: true }))).toMatchObject([{ kind: 'sign_in_needed', message: 'lab: Sign in to alcf again.' }])
  })

  test('nothing of a cluster that was never asked, not since the start, or is new', () => {
    expect(alerts(lab({ isReachable: false, takenAtMs: 0 }), lab())).toEqual([])
    expect(alerts(asUnknown(lab()), lab())).toEqual([])
    expect(alerts(asUnknown(lab()), lab({ isReachable: false, problem: 'squeue did not answer.' }))).toEqual([])
    expect(alertsOf([], [lab({ isReachable: false })], nowMs)).toEqual([])
  })

  test('that a replica has failed, once', () => {
    const failed = lab({ replicas: [replica('a', { state: 'failed', reason: 'It ended with exit code 3.' })] })
    expect(alerts(lab({ replicas: [replica('a')] }), failed)).toMatchObject([{ id: 'a failed', kind: 'replica_failed', model: 'm', message: 'A replica of m on lab failed: It ended with exit code 3.' }])
    expect(alerts(failed, failed)).toEqual([])
  })

  test('that a walltime ends soon and nothing takes its place', () => {
    const ending = replica('a', { endsAtMs: nowMs + 9 * minute })
    const walltimes = (...others: Replica[]): string[] => alerts(lab(), lab({ replicas: [ending, ...others] })).map(({ id }) => id)
    expect(walltimes()).toEqual(['a walltime'])
    expect(walltimes(replica('b', { state: 'starting' }))).toEqual(['a walltime'])
    expect(walltimes(replica('b', { model: 'other' }))).toEqual(['a walltime'])
    expect(walltimes(replica('b', { endsAtMs: nowMs + 90 * minute }))).toEqual([])
    expect(alerts(lab(), lab({ replicas: [replica('a', { endsAtMs: nowMs + 11 * minute })] }))).toEqual([])
  })
})
