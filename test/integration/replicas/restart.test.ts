import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Replica } from '@shared/domain/replica'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { startCli, type Running } from '../../fixtures/cli-process'
import { openClient } from '../../fixtures/rpc-client'
import { pidOf, scripted } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'
import { isAlive } from '../sites/alive'

const model = 'org/scripted'
const hasFive = (replicas: readonly Replica[]): boolean => replicas.filter(({ state }) => state === 'live').length === 5

describe('five replicas of the app as a process of its own', { timeout: 60_000 }, () => {
  let app: BuiltApp
  let folder: string
  let running: Running | undefined
  let pids: readonly number[] = []
  beforeAll(async () => {
    app = await buildApp()
  })
  afterAll(() => app.remove())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'first-restart-'))
    await mkdir(join(folder, 'data'), { mode: 0o700 })
    running = undefined
    pids = []
  })
  afterEach(async () => {
    running?.kill('SIGKILL')
    for (const pid of pids.filter(isAlive)) process.kill(-pid, 'SIGKILL')
    await running?.ended
    await rm(folder, { recursive: true, force: true })
  })

  const configure = (more: object = {}): Promise<void> =>
    writeFile(join(folder, 'data/config.yaml'), stringify({ clusters: [{ name: 'here', kind: 'local', deployments: [{ model, framework: 'api', launch: scripted('--says', 'here'), replicas: { min: 5, max: 5 }, ...more }] }] }))
  /** The origin of its gateway, once it says that it is ready. */
  const start = async (): Promise<string> => {
    running = startCli(app, ['serve', '--port', '0', '--data-dir', join(folder, 'data')])
    return new URL(/http:\S+/.exec(await running.readyLine)?.[0] ?? '').origin
  }
  const replicasAt = async (origin: string): Promise<readonly Replica[]> => {
    const { core, socket } = await openClient(origin, { authorization: `Bearer ${(await readFile(join(folder, 'data/local.key'), 'utf8')).trim()}` })
    try {
      return (await core.clusters.refresh({})).flatMap(({ replicas = [] }) => replicas)
    } finally {
      socket.close()
    }
  }
  const liveAt = async (origin: string): Promise<readonly Replica[]> => {
    let replicas: readonly Replica[] = []
    await until('five are live', async () => hasFive((replicas = await replicasAt(origin))), { timeoutMs: 30_000, everyMs: 20 })
    return replicas
  }
  const sorted = (replicas: readonly Replica[]): string[] => replicas.map(({ id, handle }) => `${id} ${handle ?? ''}`).sort()

  test('are adopted after kill -9, none is started twice, and quitting ends them all', async (context) => {
    await configure()
    const before = await liveAt(await start())
    pids = before.map(pidOf)
    running!.kill('SIGKILL')
    await running!.ended.catch(() => undefined)
    expect(pids.filter(isAlive)).toHaveLength(5)

    const origin = await start()
    const readyAtMs = performance.now()
    expect(sorted(await liveAt(origin))).toEqual(sorted(before))
    await context.annotate(`adopted ${Math.round(performance.now() - readyAtMs)} ms after the ready line`)
    const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${(await readFile(join(folder, 'data/local.key'), 'utf8')).trim()}`, 'content-type': 'application/json' }, body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello?' }] }) })
    expect(answer.status).toBe(200)
    expect(sorted(await replicasAt(origin))).toEqual(sorted(before))

    running!.kill('SIGTERM')
    expect(await running!.ended).toMatchObject({ code: 0 })
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('stay when the app is quit and they are to be kept, and are adopted at its next start', async () => {
    await configure({ keepRunning: true })
    const before = await liveAt(await start())
    pids = before.map(pidOf)
    running!.kill('SIGTERM')
    expect(await running!.ended).toMatchObject({ code: 0 })
    expect(pids.filter(isAlive)).toHaveLength(5)
    expect(sorted(await liveAt(await start()))).toEqual(sorted(before))
  })

  test('end when they are no longer configured at the next start', async () => {
    await configure({ keepRunning: true })
    pids = (await liveAt(await start())).map(pidOf)
    running!.kill('SIGKILL')
    await running!.ended.catch(() => undefined)
    await writeFile(join(folder, 'data/config.yaml'), stringify({ clusters: [] }))
    await start()
    await until('none is left', () => Promise.resolve(!pids.some(isAlive)))
  })
})
