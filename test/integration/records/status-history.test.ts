import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStatusRecorder, type StatusRecorder } from '@main/records/status-history'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelStatus } from '@shared/domain/model'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'

const minute = 60_000
const day = 86_400_000

let folder: string
let database: Database
let nowMs = 0
let clusters: ClusterSnapshot[] = []
let listeners = new Set<() => void>()
let timers: { readonly ms: number; readonly callback: () => void }[] = []
const { logger, lines } = createKeptLog()

const directory = {
  snapshots: () => clusters,
  onChange(listener: () => void) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
const begin = (): StatusRecorder => {
  timers = []
  listeners = new Set()
  return createStatusRecorder({ database, directory, clock: { now: () => nowMs }, logger, every: (ms, callback) => (timers.push({ ms, callback }), () => undefined) })
}
const lab = (status: ModelStatus, more: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({ name: 'lab', kind: 'direct', isReachable: true, takenAtMs: nowMs, models: [{ id: 'tern', cluster: 'lab', framework: 'api', status }], ...more })
const say = (atMs: number, ...next: ClusterSnapshot[]): void => {
  nowMs = atMs
  clusters = next
  for (const listener of listeners) listener()
}
const beat = (atMs: number): void => {
  nowMs = atMs
  for (const { ms, callback } of timers) if (ms === minute) callback()
}
const spansOf = (recorder: StatusRecorder, model: string | undefined = 'tern', fromMs = 0): unknown => recorder.history({ fromMs }).tracks.find((track) => track.model === model)?.spans

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-status-'))
  nowMs = 1000
  clusters = []
  lines.length = 0
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock: { now: () => nowMs }, logger })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

test('a status holds until the next one, and the last until now', () => {
  const recorder = begin()
  say(2000, lab('queued'))
  say(3000, lab('queued'))
  say(4000, lab('starting'))
  say(6000, lab('live'))
  nowMs = 9000
  expect(spansOf(recorder)).toEqual([[2000, 4000, 'queued'], [4000, 6000, 'starting'], [6000, 9000, 'live']])
  expect(recorder.history({ fromMs: 5000 }).tracks).toEqual([
    { cluster: 'lab', spans: [[5000, 9000, 'live']] },
    { cluster: 'lab', model: 'tern', spans: [[5000, 6000, 'starting'], [6000, 9000, 'live']] },
  ])
})

test('nothing is claimed of the time in which the app did not run, and after a kill at most a minute is missing', () => {
  const first = begin()
  say(2000, lab('live'))
  first.close()
  nowMs = 50 * minute
  clusters = [lab('unknown', { isReachable: false })]
  const second = begin()
  say(51 * minute, lab('live'))
  beat(55 * minute)
  nowMs = 55.5 * minute
  // Killed: no close.
  nowMs = 80 * minute
  clusters = [lab('unknown', { isReachable: false })]
  const third = begin()
  say(81 * minute, lab('live'))
  nowMs = 82 * minute
  expect(spansOf(third)).toEqual([[51 * minute, 55 * minute, 'live'], [81 * minute, 82 * minute, 'live']])
  second.close()
})

test('a cluster is reachable, not reachable or under maintenance; one that was not asked yet is none of these', () => {
  clusters = [lab('unknown', { isReachable: false })]
  const recorder = begin()
  say(2000, lab('live'))
  say(3000, lab('unknown', { isReachable: false, problem: 'It does not answer.' }))
  say(4000, lab('maintenance', { isInMaintenance: true }))
  say(5000)
  nowMs = 9000
  const tracks = recorder.history({ fromMs: 0 }).tracks
  expect(tracks.map(({ model, spans }) => [model, spans])).toEqual([
    [undefined, [[2000, 3000, 'live'], [3000, 4000, 'offline'], [4000, 5000, 'maintenance']]],
    ['tern', [[2000, 3000, 'live'], [4000, 5000, 'maintenance']]],
  ])
})

test('one cluster, or one model of it, can be asked for', () => {
  const recorder = begin()
  say(2000, lab('live'), { ...lab('live'), name: 'sea', models: [{ id: 'tern', cluster: 'sea', framework: 'api', status: 'offline' }] })
  nowMs = 3000
  expect(recorder.history({ fromMs: 0, cluster: 'sea' }).tracks.map(({ cluster, model }) => [cluster, model])).toEqual([['sea', undefined], ['sea', 'tern']])
  expect(recorder.history({ fromMs: 0, cluster: 'lab', model: 'tern' }).tracks).toHaveLength(1)
  expect(recorder.history({ fromMs: 0, model: 'nobody' }).tracks).toEqual([])
})

test('after 31 days changes go, but not the one that still holds', () => {
  const recorder = begin()
  say(2000, lab('starting'))
  say(3000, lab('live'))
  beat(40 * day)
  for (const { ms, callback } of timers) if (ms === day) callback()
  expect(spansOf(recorder)).toEqual([[3000, 40 * day, 'live']])
  recorder.close()
  nowMs = 90 * day
  clusters = []
  expect(begin().history({ fromMs: 0 }).tracks).toEqual([])
})

test('a disk that refuses is said once, stops nothing, and what was missed is written when it takes again', () => {
  const recorder = begin()
  say(2000, lab('starting'))
  database.exec('ALTER TABLE status_changes RENAME TO away')
  say(3000, lab('live'))
  say(4000, lab('live'))
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  database.exec('ALTER TABLE away RENAME TO status_changes')
  say(5000, lab('live'))
  nowMs = 6000
  expect(spansOf(recorder)).toEqual([[2000, 5000, 'starting'], [5000, 6000, 'live']])
})
