import { afterEach, describe, expect, it } from 'vitest'
import { Agent } from 'undici'
import { configSchema } from '@shared/config/schema'
import { FirstError } from '@shared/errors'
import type { Lease } from '@main/clusters/cluster-adapter'
import type { Logger } from '@main/core/logger'
import { createRegistry, type RegistryDeps } from '@main/clusters/registry'
import { hostsIn, noReplicas } from '../../fixtures/no-replicas'
import { createMemoryRefusedFields } from '../../fixtures/refused-fields'
import { manualTimers, settled } from './manual-timers'
import { scriptedEngine } from './scripted-engine'

const logger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => logger }
const forever = new AbortController().signal
const config = (clusters: readonly object[]) => configSchema.parse({ clusters })
const metis = { name: 'metis', kind: 'direct', url: 'https://metis.example/v1', apiKey: '${env:METIS_KEY}', models: ['gpt-oss-120b'] }
const local = (name: string, ...models: string[]) => ({ name, kind: 'local', deployments: models.map((model) => ({ model, framework: 'llama', file: `/models/${model}.gguf` })) })

function setUp(): { registry: ReturnType<typeof createRegistry>; guide: ReturnType<typeof scriptedEngine>; llama: ReturnType<typeof scriptedEngine> } {
  const [guide, llama] = [scriptedEngine(), scriptedEngine()]
  const secret = (): string => {
    throw new FirstError('secret_unreadable', 'The environment variable METIS_KEY is not set.')
  }
  return { guide, llama, registry: createRegistry({ agent, engines: { guide, llama }, secret, refusedFields: createMemoryRefusedFields(), pool: noReplicas, hosts: hostsIn('/nowhere'), logger, timers: manualTimers() }) }
}
const agent = new Agent()
afterEach(() => settled())

describe('the registry', () => {
  it('has this machine with the guide, also with no configuration', async () => {
    const { registry, guide } = setUp()
    const [here] = registry.build(config([])).adapters
    guide.succeed()
    await settled()
    expect(await here?.describe(forever)).toMatchObject({ name: 'here', kind: 'local', models: [{ id: 'guide', framework: 'guide', isGuide: true, status: 'live' }] })
  })

  it('makes a cluster that is gone again from where it was, and none of what it cannot read', () => {
    const { registry } = setUp()
    const { managed } = registry.build(config([{ name: 'lab', kind: 'slurm', queue: 'gpu' }, local('desk')]))
    for (const { name, place } of managed) expect(registry.former(name, place)).toMatchObject({ name, place, deployments: [] })
    expect(managed.map(({ name }) => name)).toEqual(['lab', 'desk'])
    for (const place of ['', '{"kind":"sl', '{"kind":"condor"}', '7']) expect(registry.former('lab', place)).toBeUndefined()
  })

  it('gives this machine the name of the configuration', async () => {
    const adapters = setUp().registry.build(config([metis, local('desk', 'm')])).adapters
    expect(adapters.map(({ name }) => name)).toEqual(['metis', 'desk'])
    expect((await adapters[1]?.describe(forever))?.models.map(({ id }) => id)).toEqual(['guide', 'm'])
  })

  it('keeps this machine beside a server that is called here', () => {
    const adapters = setUp().registry.build(config([{ ...metis, name: 'here' }])).adapters
    expect(adapters.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['this-machine local', 'here direct'])
  })

  it('keeps the adapters whose configuration did not change', () => {
    const { registry } = setUp()
    const before = registry.build(config([local('desk'), metis, { ...metis, name: 'other' }])).adapters
    const after = registry.build(config([local('desk', 'm'), metis, { ...metis, name: 'other', url: 'https://other.example/v1' }])).adapters
    expect(after.map((adapter, index) => adapter === before[index])).toEqual([true, true, false])
  })

  it('lets a model run on when another one comes or goes, and stops the one that went after its last request', async () => {
    const { registry, llama } = setUp()
    const [desk] = registry.build(config([local('desk', 'a', 'b')])).adapters
    const lease = async (model: string): Promise<Lease> => {
      const acquired = desk!.acquire({ cluster: 'desk', model, framework: 'llama' }, forever)
      llama.succeed()
      return acquired
    }
    const ofA = await lease('a')
    await lease('b')
    expect(llama.running).toHaveLength(2)
    registry.build(config([local('desk', 'b', 'c')]))
    await settled()
    expect(llama.running).toHaveLength(2)
    expect((await desk!.describe(forever)).models.map(({ id, status }) => `${id} ${status}`)).toEqual(['guide starting', 'b live', 'c offline'])
    await expect(desk!.acquire({ cluster: 'desk', model: 'a', framework: 'llama' }, forever)).rejects.toMatchObject({ code: 'model_not_found' })
    ofA.release()
    await settled()
    expect(llama.running).toHaveLength(1)
  })

  it('starts a GGUF model as it is configured, and shows how far it is', async () => {
    const { registry, llama } = setUp()
    const [desk] = registry.build(config([{ name: 'desk', kind: 'local', deployments: [{ model: 'm', framework: 'llama', file: '/m.gguf', contextTokens: 4096, requestsPerReplica: 3, gpuLayers: 9 }] }])).adapters
    desk!.acquire({ cluster: 'desk', model: 'm', framework: 'llama' }, forever).catch(() => undefined)
    registry.setProgress('m', 0.4)
    expect(llama.starts).toEqual([{ modelId: 'm', file: '/m.gguf', contextTokens: 4096, slots: 3, gpuLayers: 9 }])
    expect((await desk!.describe(forever)).models).toContainEqual({ id: 'm', cluster: 'desk', framework: 'llama', operations: ['chat_completions'], capacity: 3, contextTokens: 4096, status: 'starting', progress: 0.4 })
    await desk!.close()
  })

  it('sends a key without the line break that a file gave it', async () => {
    const registry = createRegistry({ agent, engines: { guide: scriptedEngine(), llama: scriptedEngine() }, secret: () => 'sk-1\n', refusedFields: createMemoryRefusedFields(), pool: noReplicas, hosts: hostsIn('/nowhere'), logger, timers: manualTimers() })
    const [, server] = registry.build(config([metis])).adapters
    expect(await server?.acquire({ cluster: 'metis', model: 'gpt-oss-120b', framework: 'api' }, forever)).toMatchObject({ headers: { authorization: 'Bearer sk-1' } })
  })

  it('says which secret a server lacks, and does not ask it', async () => {
    const [, server] = setUp().registry.build(config([metis])).adapters
    expect(await server?.describe(forever)).toMatchObject({ isReachable: false, problem: expect.stringContaining('METIS_KEY') as string, models: [{ id: 'gpt-oss-120b', status: 'unknown' }] })
    await expect(server?.acquire({ cluster: 'metis', model: 'gpt-oss-120b', framework: 'api' }, forever)).rejects.toMatchObject({ code: 'secret_unreadable' })
  })

  it('asks the sign-in of a site for the token of Globus Compute', async () => {
    const asked: object[] = []
    const siteTokens: RegistryDeps['siteTokens'] = (of) => {
      asked.push(of)
      return { token: () => Promise.reject(new FirstError('sign_in_needed', 'ALCF needs your consent.')), refused: () => undefined }
    }
    const registry = createRegistry({ agent, engines: { guide: scriptedEngine(), llama: scriptedEngine() }, secret: () => '', siteTokens, refusedFields: createMemoryRefusedFields(), pool: noReplicas, hosts: hostsIn('/nowhere'), logger, timers: manualTimers() })
    const clusters = config([{ name: 'polaris', kind: 'globus-compute', endpoint: '4b116d3c-1703-4f8f-9f6f-39921e5864df', site: 'alcf', account: 'ada@anl.gov', models: [{ model: 'm', url: 'http://localhost:8000/v1' }] }])
    const [, polaris] = registry.build(clusters).adapters
    expect(registry.build(clusters).adapters[1]).toBe(polaris)
    expect(asked[0]).toEqual({ site: 'alcf', account: 'ada@anl.gov', service: { resourceServer: 'funcx_service', scope: 'https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all' } })
    expect(await polaris?.describe(forever)).toMatchObject({ kind: 'globus-compute', isReachable: false, needsSignIn: true, problem: expect.stringContaining('consent') as string, models: [{ id: 'm', status: 'unknown' }] })
    await expect(polaris?.acquire({ cluster: 'polaris', model: 'm', framework: 'vllm' }, forever)).rejects.toMatchObject({ code: 'sign_in_needed' })
  })
})
