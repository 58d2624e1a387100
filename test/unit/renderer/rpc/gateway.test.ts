import { describe, expect, it } from 'vitest'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Session } from '@shared/rpc/contract'
import { createGateway } from '@renderer/rpc/gateway'

const session: Session = { host: 'headless', version: '0', platform: 'test', key: 'one', publicUrl: 'http://x', dataDir: '/' }
const lab: ClusterSnapshot = {
  name: 'lab',
  kind: 'direct',
  isReachable: true,
  takenAtMs: 0,
  models: [{ id: 'org/model', cluster: 'lab', framework: 'vllm', status: 'live' }],
}

function gatewayWith(present: () => Session, clusters?: readonly ClusterSnapshot[]) {
  return createGateway({
    session: () => Promise.resolve(present()),
    refreshSession: () => Promise.resolve(present()),
    state: { getState: () => (clusters ? { clusters } : {}) },
    pageOrigin: 'http://127.0.0.1:3477',
  })
}

describe('the gateway as the chat reaches it', () => {
  it('is the page’s own origin in headless, and the session’s address on the desktop', async () => {
    const choice = { model: 'org/model' }
    expect((await gatewayWith(() => session).client(choice)).baseURL).toBe('http://127.0.0.1:3477/v1')
    expect((await gatewayWith(() => ({ ...session, gatewayUrl: 'http://127.0.0.1:9/v1' })).client(choice)).baseURL).toBe('http://127.0.0.1:9/v1')
  })

  it('sends a request for a chosen cluster by the path that names it', async () => {
    const client = await gatewayWith(() => session, [lab]).client({ model: 'org/model', cluster: 'lab' })
    expect(client.baseURL).toBe('http://127.0.0.1:3477/resource_server/lab/vllm/v1')
    expect(client.apiKey).toBe('one')
  })

  it('lets the gateway choose while the cluster or the model on it is not known', async () => {
    for (const choice of [{ model: 'org/model', cluster: 'gone' }, { model: 'other', cluster: 'lab' }])
      expect((await gatewayWith(() => session, [lab]).client(choice)).baseURL).toBe('http://127.0.0.1:3477/v1')
  })

  it('takes the new key once the session changed, and one client for one key', async () => {
    let key = 'one'
    const gateway = gatewayWith(() => ({ ...session, key }))
    const first = await gateway.client({ model: 'm' })
    expect(await gateway.client({ model: 'm' })).toBe(first)
    key = 'two'
    await gateway.refresh()
    expect((await gateway.client({ model: 'm' })).apiKey).toBe('two')
  })
})
