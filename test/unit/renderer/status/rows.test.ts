import { clusterFits, clusterMark, clusterNote } from '@renderer/features/status/clusters/cluster-rows'
import { jobFits, jobMark, jobRows, startText } from '@renderer/features/status/jobs/job-rows'
import { capabilitiesOf, modelFits, modelRows } from '@renderer/features/status/models/model-rows'
import { byNumber, byText, sorted, type Column } from '@renderer/features/status/table/columns'
import { elapsed, startFraction, startWords, usualWords, waitingWords } from '@renderer/features/chat/start/start-words'
import { liveInstead } from '@renderer/features/chat/model-picker/choose-model'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Job } from '@shared/domain/job'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'
import { describe, expect, test } from 'vitest'

const model = (id: string, cluster: string, status: ModelStatus, more: Partial<ModelInfo> = {}): ModelInfo => ({ id, cluster, framework: 'vllm', status, ...more })
const cluster = (name: string, models: ModelInfo[], more: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({ name, kind: 'first', isReachable: true, models, takenAtMs: 1, ...more })

describe('models', () => {
  const rows = modelRows([
    cluster('lab', [model('tern', 'lab', 'queued', { contextTokens: 100, capabilities: { hasToolCalling: true } }), model('b10', 'lab', 'offline')]),
    cluster('sea', [model('tern', 'sea', 'live', { contextTokens: 200, capabilities: { hasBatch: true, hasReasoning: false } }), model('b9', 'sea', 'failed')]),
  ])

  test('are one row each wherever they are, in the order of ids; the best place counts', () => {
    expect(rows.map(({ id, status, places }) => [id, status, places.map((place) => place.cluster.name)])).toEqual([
      ['b9', 'failed', ['sea']],
      ['b10', 'offline', ['lab']],
      ['tern', 'live', ['sea', 'lab']],
    ])
    expect(rows[2]).toMatchObject({ contextTokens: 200 })
    expect(capabilitiesOf(rows[2]!.places).map(({ letter, isThere }) => (isThere ? letter : '-')).join('')).toBe('BT--')
  })

  test.each([
    [{ query: ' TERN ' }, ['tern']],
    [{ query: 'sea' }, ['b9', 'tern']],
    [{ cluster: 'lab' }, ['b10', 'tern']],
    [{ status: 'live' as const }, ['tern']],
    [{ status: 'live' as const, query: 'b' }, ['tern']],
    [{ status: 'failed' as const, cluster: 'lab' }, []],
  ])('are found by %o', (filter, found) => {
    expect(rows.filter((row) => modelFits(row, { query: '', cluster: undefined, status: undefined, ...filter })).map(({ id }) => id)).toEqual(found)
  })
})

describe('clusters', () => {
  test('are reachable, not reachable, waiting for a sign-in, under maintenance or not asked yet', () => {
    expect([cluster('a', []), cluster('a', [], { isInMaintenance: true }), cluster('a', [], { isReachable: false, problem: 'Gone.' }), cluster('a', [], { isReachable: false, problem: 'Sign in.', needsSignIn: true }), cluster('a', [], { isReachable: false })].map((one) => clusterMark(one).word)).toEqual([
      'Reachable',
      'Maintenance',
      'Not reachable',
      'Sign-in needed',
      'Not asked yet',
    ])
  })
  test('say why nothing is to be had of them', () => {
    const closed = model('tern', 'lab', 'maintenance', { reason: 'New cables.' })
    expect(clusterNote(cluster('lab', [model('gull', 'lab', 'live'), closed], { isInMaintenance: true }))).toBe('New cables.')
    expect(clusterNote(cluster('lab', [closed], { isReachable: false, isInMaintenance: true, problem: 'Gone.' }))).toBe('Gone.')
    expect(clusterNote(cluster('lab', [closed]))).toBeUndefined()
  })
  test('are found by their name and by their models', () => {
    const lab = cluster('lab', [model('tern', 'lab', 'live')], { url: 'https://lab.example.org' })
    expect(['LAB', 'tern', 'example', 'reachable', 'heron'].map((query) => clusterFits(lab, query))).toEqual([true, true, true, true, false])
  })
})

describe('jobs', () => {
  const job = (more: Partial<Job>): Job => ({ state: 'running', models: ['tern'], framework: 'vllm', ...more })
  const rows = jobRows([cluster('lab', [], { jobs: [job({ id: '1.pbs' }), job({}), job({})] }), cluster('sea', [], { jobs: [job({ id: '1.pbs', state: 'queued', username: 'ada' })] }), cluster('web', [])])

  test('have keys of their own, also where the site gives no id', () => {
    expect(new Set(rows.map(({ key }) => key)).size).toBe(4)
  })
  test('say what their model does', () => {
    expect([{}, { modelStatus: 'starting' }, { modelStatus: 'draining' }, { modelStatus: 'disconnected' }, { state: 'queued' as const }, { state: 'stopped' as const }].map((more) => jobMark(job(more)).word)).toEqual(['Running', 'Starting', 'Finishing', 'Disconnected', 'Queued', 'Stopped'])
  })
  test('say when they are expected to start as their site does, and a bare moment as people write it', () => {
    expect([undefined, 'Tue Nov 24 10:00'].map(startText)).toEqual([undefined, 'Tue Nov 24 10:00'])
    expect(startText('2027-11-21T17:37:24.000Z')).toBe(new Date(Date.UTC(2027, 10, 21, 17, 37)).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }))
  })
  test('are found by state, cluster and words', () => {
    const found = (filter: object): number => rows.filter((row) => jobFits(row, { query: '', cluster: undefined, state: undefined, ...filter })).length
    expect([found({}), found({ state: 'queued' }), found({ cluster: 'lab' }), found({ query: 'ADA' }), found({ query: '1.pbs' })]).toEqual([4, 1, 3, 1, 2])
  })
})

test('rows are sorted up and down, what is not known last, and else stay as they came', () => {
  const columns: readonly Column<{ name: string; size?: number }>[] = [
    { id: 'name', title: 'Name', cell: () => null, compare: (one, other) => byText(one.name, other.name) },
    { id: 'size', title: 'Size', cell: () => null, compare: (one, other) => byNumber(one.size, other.size) },
  ]
  const rows = [{ name: 'n10', size: 2 }, { name: 'n9' }, { name: 'n2', size: 1 }]
  const names = (sort: Parameters<typeof sorted>[2]): string[] => sorted(rows, columns, sort).map(({ name }) => name)
  expect(names(undefined)).toEqual(['n10', 'n9', 'n2'])
  expect(names({ column: 'name', isDescending: false })).toEqual(['n2', 'n9', 'n10'])
  expect(names({ column: 'size', isDescending: false })).toEqual(['n2', 'n10', 'n9'])
  expect(names({ column: 'name', isDescending: true })).toEqual(['n10', 'n9', 'n2'])
})

describe('a model that is not live yet, beside the composer', () => {
  const tern = model('org/tern', 'lab', 'starting', { progress: 0.4 })

  test('is told of by where it has got to, and by what past starts say', () => {
    expect(startWords(tern)).toBe('tern is starting on lab, 40%')
    expect(startWords({ ...tern, status: 'queued' })).toBe('tern waits in the queue of lab')
    expect(startWords({ ...tern, status: 'offline' })).toBe('tern is not running; it starts with your message')
    expect(usualWords(tern, { sinceMs: 0, usualMs: 600_000 }, 120_000)).toBe('usually live in 8 min')
    expect(usualWords(tern, { sinceMs: 0, usualMs: 60_000 }, 120_000)).toBe('longer than usual (1 min)')
    expect(usualWords(tern, { sinceMs: undefined, usualMs: 60_000 }, 120_000)).toBe('usually live after 1 min')
    expect(usualWords({ ...tern, status: 'offline' }, { sinceMs: 0, usualMs: 60_000 }, 120_000)).toBe('it usually takes 1 min')
    expect(usualWords(tern, { sinceMs: 0, usualMs: undefined }, 120_000)).toBeUndefined()
  })

  test('claims no more of its start than nineteen in twenty, however late it is', () => {
    expect(startFraction({}, { sinceMs: 0, usualMs: 100 }, 40)).toBe(0.4)
    expect(startFraction({}, { sinceMs: 0, usualMs: 100 }, 99_999)).toBe(0.95)
    expect(startFraction({}, { sinceMs: 50, usualMs: 100 }, 0)).toBe(0)
    expect(startFraction({ progress: 1 }, { sinceMs: undefined, usualMs: undefined }, 0)).toBe(0.95)
    expect(startFraction({}, { sinceMs: 0, usualMs: undefined }, 40)).toBeUndefined()
    expect(startFraction({}, { sinceMs: undefined, usualMs: 100 }, 40)).toBeUndefined()
    expect(usualWords(tern, { sinceMs: 0, usualMs: 8000 }, 5000)).toBe('usually live in 3 s')
  })

  test('that an admin keeps stopped does not promise to start', () => {
    const kept = model('org/tern', 'lab', 'offline', { scaling: { min: 0, max: 2, wish: { kind: 'stop', atMs: 0, by: 'Owner' } } })
    expect(startWords(kept)).toBe('tern is kept stopped on lab by Owner; a message does not start it')
    expect(waitingWords(kept)).toBe(startWords(kept))
    expect(waitingWords({ ...tern, status: 'offline' })).toBe('tern is asked for on lab')
    expect(waitingWords({ ...tern, status: 'failed' })).toBe('tern did not start on lab')
    expect(waitingWords({ ...tern, status: 'maintenance' })).toBe('lab is under maintenance')
  })

  test('has been on its way for whole seconds', () => {
    expect([-5, 8_400, 185_000, 4_360_000].map(elapsed)).toEqual(['0 s', '8 s', '3 min 5 s', '1 h 12 min'])
  })

  test('can be left for the same elsewhere, else for another of its cluster, else for any that is live; never for the guide', () => {
    const guide = model('guide', 'here', 'live', { isGuide: true })
    const [any, sibling, same] = [model('heron', 'sea', 'live'), model('gull', 'lab', 'live'), model('org/tern', 'sea', 'live')]
    const instead = (...models: ModelInfo[]): ModelInfo | undefined => liveInstead([cluster('all', [tern, guide, ...models])], tern)
    expect(instead()).toBeUndefined()
    expect(instead(any)).toBe(any)
    expect(instead(any, sibling)).toBe(sibling)
    expect(instead(any, sibling, same)).toBe(same)
  })
})
