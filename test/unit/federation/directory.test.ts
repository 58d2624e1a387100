import { afterEach, describe, expect, it } from 'vitest'
import type { ClusterAdapter } from '@main/clusters/cluster-adapter'
import { createDirectory, type Directory } from '@main/federation/directory'
import { memoryStore, quietLogger, scriptedCluster, snapshot } from './scripted-cluster'

describe('the directory', () => {
  let directory: Directory
  let tick = (): void => undefined
  afterEach(() => directory.close())

  const open = (adapters: readonly ClusterAdapter[], store = memoryStore()): Directory =>
    (directory = createDirectory({
      adapters,
      store,
      logger: quietLogger,
      askTimeoutMs: 20,
      every: (_ms, callback) => {
        tick = callback
        return () => (tick = () => undefined)
      },
    }))
  const statuses = (): unknown => directory.snapshots().map(({ name, isReachable, models }) => ({ name, isReachable, models: models.map(({ id, status }) => `${id} ${status}`) }))
  const change = (): Promise<void> => new Promise((resolve) => {
    const stop = directory.onChange(() => {
      stop()
      resolve()
    })
  })

  it('asks every cluster at the start and holds the answer', async () => {
    open([scriptedCluster('a', snapshot('a', { m: 'live' }))])
    await change()
    expect(statuses()).toEqual([{ name: 'a', isReachable: true, models: ['m live'] }])
  })

  it('knows at once what was known before the last end, with no claim that it still holds', () => {
    open([scriptedCluster('a', 'nothing')], memoryStore([snapshot('a', { m: 'live' }, { takenAtMs: 77 })]))
    expect(directory.candidates('m')).toMatchObject([{ cluster: 'a', info: { status: 'unknown' } }])
    expect(directory.snapshots()).toMatchObject([{ takenAtMs: 77, isReachable: false }])
  })

  it('keeps the models and the age of the last good answer while a cluster is away', async () => {
    const cluster = scriptedCluster('a', snapshot('a', { m: 'live' }, { takenAtMs: 5000 }))
    const store = memoryStore()
    open([cluster], store)
    await directory.refresh()
    cluster.says(snapshot('a', {}, { takenAtMs: 0, isReachable: false }))
    await directory.refresh()
    expect(directory.snapshots()).toMatchObject([{ isReachable: false, problem: 'It is away.', takenAtMs: 5000, models: [{ id: 'm', status: 'unknown' }] }])
    expect(store.kept.get('a')).toEqual(directory.snapshots()[0])
  })

  it('does not take the models of one server for those of another at a new address', async () => {
    const known = { ...snapshot('a', { m: 'live' }), url: 'http://old.example/v1' }
    open([scriptedCluster('a', { ...snapshot('a', {}, { takenAtMs: 0, isReachable: false }), url: 'http://new.example/v1' })], memoryStore([known]))
    await directory.refresh()
    expect(statuses()).toEqual([{ name: 'a', isReachable: false, models: [] }])
  })

  it('is not held up by a cluster that never answers', async () => {
    open([scriptedCluster('dead', 'nothing'), scriptedCluster('a', snapshot('a', { m: 'live' }))])
    await directory.refresh()
    expect(statuses()).toEqual([{ name: 'dead', isReachable: false, models: [] }, { name: 'a', isReachable: true, models: ['m live'] }])
    expect(directory.candidates('m')).toHaveLength(1)
  })

  it('outlives an adapter that throws', async () => {
    open([scriptedCluster('a', 'nonsense')])
    await directory.refresh()
    expect(statuses()).toEqual([{ name: 'a', isReachable: false, models: [] }])
  })

  it('asks again by itself', async () => {
    const cluster = scriptedCluster('a', snapshot('a', { m: 'live' }))
    open([cluster])
    await change()
    cluster.says(snapshot('a', { m: 'live', n: 'live' }))
    tick()
    await change()
    expect(directory.models().map(([best]) => best?.alias ?? best?.model)).toEqual(['auto', 'm', 'n'])
  })

  it('asks again when a cluster says that it changed, also while it is being asked', async () => {
    const cluster = scriptedCluster('a', snapshot('a', { m: 'offline' }))
    open([cluster])
    cluster.says(snapshot('a', { m: 'starting' }))
    cluster.changes()
    await change()
    await change()
    expect(cluster.times.asked).toBe(2)
    expect(statuses()).toEqual([{ name: 'a', isReachable: true, models: ['m starting'] }])
  })

  it('asks one cluster alone when that one is named', async () => {
    const [a, b] = [scriptedCluster('a', snapshot('a', {})), scriptedCluster('b', snapshot('b', {}))]
    open([a, b])
    await directory.refresh()
    await directory.refresh('b')
    expect([a.times.asked, b.times.asked]).toEqual([1, 2])
  })

  it('keeps the adapters that stay, closes and forgets those that go', async () => {
    const [a, b, c] = [scriptedCluster('a', snapshot('a', { m: 'live' })), scriptedCluster('b', snapshot('b', { m: 'live' })), scriptedCluster('c', snapshot('c', { n: 'live' }))]
    const store = memoryStore()
    open([a, b], store)
    await directory.refresh()
    directory.setAdapters([c, a])
    await directory.refresh()
    expect(statuses()).toEqual([{ name: 'c', isReachable: true, models: ['n live'] }, { name: 'a', isReachable: true, models: ['m live'] }])
    expect([a.times.closed, b.times.closed]).toEqual([0, 1])
    expect([...store.kept.keys()].sort()).toEqual(['a', 'c'])
    await expect(directory.acquire({ cluster: 'b', model: 'm', framework: 'api' }, new AbortController().signal)).rejects.toMatchObject({ code: 'cluster_not_found' })
  })

  it('lets a cluster that goes end its requests, and waits for none of them when it closes itself', async () => {
    const times = { retired: 0 }
    const busy = { ...scriptedCluster('a', snapshot('a', { m: 'live' })), retire: () => (times.retired++, new Promise<void>(() => undefined)) }
    open([busy])
    directory.setAdapters([])
    expect([times.retired, busy.times.closed]).toEqual([1, 0])
    await directory.close()
    expect(busy.times.closed).toBe(1)
  })

  it('serves no model of a cluster under maintenance, and names those it had where the site lists none', async () => {
    const cluster = scriptedCluster('a', snapshot('a', { m: 'live' }))
    open([cluster])
    await directory.refresh()
    cluster.says({ ...snapshot('a', { n: 'live' }), isInMaintenance: true, problem: 'Until Monday.' })
    await directory.refresh()
    expect(directory.candidates('n')).toMatchObject([{ info: { status: 'maintenance', reason: 'Until Monday.' } }])
    cluster.says({ ...snapshot('a', {}), isInMaintenance: true })
    await directory.refresh()
    expect(statuses()).toEqual([{ name: 'a', isReachable: true, models: ['n maintenance'] }])
    cluster.says(snapshot('a', { n: 'live' }))
    await directory.refresh()
    expect(statuses()).toEqual([{ name: 'a', isReachable: true, models: ['n live'] }])
  })

  it('keeps what a model is, but not how it was, and its jobs while a cluster is away', async () => {
    const jobs = [{ state: 'running' as const, models: ['m'], framework: 'vllm' }]
    const [model] = snapshot('a', { m: 'starting' }).models
    const cluster = scriptedCluster('a', { ...snapshot('a', {}), models: [{ ...model!, capacity: 4, operations: ['responses'], progress: 0.5, reason: 'It loads.', sinceMs: 5 }], jobs, nodes: { free: 2 } })
    open([cluster])
    await directory.refresh()
    expect(directory.candidates('m')).toMatchObject([{ key: 'a/api/m', freeNodes: 2, info: { capacity: 4, operations: ['responses'], progress: 0.5 } }])
    cluster.says(snapshot('a', {}, { isReachable: false, takenAtMs: 0 }))
    await directory.refresh()
    expect(directory.candidates('m')).toEqual([{ key: 'a/api/m', cluster: 'a', model: 'm', framework: 'api', info: { id: 'm', cluster: 'a', framework: 'api', status: 'unknown', capacity: 4, operations: ['responses'] } }])
    expect(directory.snapshots()).toMatchObject([{ jobs, nodes: { free: 2 } }])
  })

  it('takes other aliases while it runs, and tells that it did', async () => {
    open([scriptedCluster('a', snapshot('a', { m: 'live' }))])
    await directory.refresh()
    expect(() => directory.candidates('fast')).toThrow('no model "fast"')
    const told = change()
    directory.setAliases({ fast: ['m'] })
    await told
    expect(directory.candidates('fast')).toMatchObject([{ model: 'm', alias: 'fast', cluster: 'a' }])
  })

  it('hands out places of the cluster that was chosen', async () => {
    open([scriptedCluster('a', snapshot('a', { m: 'live' }))])
    await directory.refresh()
    const [candidate] = directory.candidates('m')
    expect(await directory.acquire(candidate!, new AbortController().signal)).toMatchObject({ baseUrl: 'http://a/v1', model: 'm' })
  })
})
