import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { startCore } from '@main/core/compose'
import type { Core } from '@main/core/core'
import { createNodeChildHost } from '@main/engines/child-host'
import { startSupervisor } from '@main/engines/supervisor/supervisor'
import { plainCipher } from '@main/storage/secret-store'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
let folder: string
let core: Core

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-rpc-records-'))
  core = await startCore({
    dataDir: join(folder, 'data'),
    overrides: { port: 0 },
    hostKind: 'headless',
    version: '0.0.1',
    windowOrigins: [],
    secretCipher: plainCipher,
    childHost: createNodeChildHost({ buildDir: join(root, 'out/main') }),
    startSupervisor,
    resourcesDir: join(root, 'resources'),
  })
})
afterEach(async () => {
  await core.close()
  await rm(folder, { recursive: true, force: true })
})

const ask = async (body: unknown): Promise<string> => {
  const answer = await fetch(`${core.url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${core.ownerKey}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  await answer.text()
  return answer.headers.get('x-request-id') ?? ''
}

describe('records, as a window asks for them', () => {
  test('tell of a request as soon as it was answered: listed, summed, counted', async () => {
    const window = createRouterClient(core.router)
    const served = await ask({ model: 'guide', messages: [{ role: 'user', content: 'How do I add a server?' }] })
    const refused = await ask({ model: 'made up', messages: [{ role: 'user', content: 'Hello' }] })
    const { rows } = await window.records.recent({ filters: { asksModel: true } })
    expect(rows).toMatchObject([
      { id: refused, isFailed: true, errorCode: 'model_not_found', model: 'made up' },
      { id: served, isFailed: false, isRunning: false, identity: 'owner', identityName: 'owner', operation: 'chat_completions', model: 'guide', cluster: 'here', framework: 'guide', status: 200 },
    ])
    const nowMs = Date.now()
    const { rows: usage } = await window.records.usage({ by: 'model', fromMs: nowMs - 60_000, toMs: nowMs + 60_000 })
    expect(usage).toMatchObject([{ id: 'guide', requests: 1, failures: 0 }, { id: 'other', requests: 1, failures: 1 }])
    const { points } = await window.records.series({ every: 'day', fromMs: nowMs - 60_000, toMs: nowMs + 1 })
    expect(points.at(-1)).toMatchObject({ requests: 2, failures: 1 })
    expect(await window.records.state()).toMatchObject({ isDegraded: false, rowsKept: 2 })
    for await (const counters of await window.records.watch()) {
      expect(counters).toMatchObject({ running: 0, waiting: 0, requestsLastMinute: 2, failuresLastMinute: 1 })
      break
    }
  })

  test('end a watch when the core ends', async () => {
    const window = createRouterClient(core.router)
    const events = await window.records.watch()
    await events.next()
    const last = (async () => {
      for (;;) if ((await events.next()).done === true) return
    })()
    await core.close()
    await last
  })

  test('refuse what the contract does not name', async () => {
    const window = createRouterClient(core.router)
    await expect(window.records.recent({ limit: 501 })).rejects.toThrow()
    await expect(window.records.usage({ by: 'model', fromMs: -1, toMs: 5 })).rejects.toThrow()
  })
})
