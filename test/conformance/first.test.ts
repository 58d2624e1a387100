import { Agent } from 'undici'
import { createFirstAdapter } from '@main/clusters/first/first-adapter'
import { realTimers } from '@main/clusters/local/timers'
import { startFirstSite } from '../doubles/first-site/first-site'
import { createMemoryRefusedFields } from '../fixtures/refused-fields'
import { adapterConformance } from './adapter-conformance'

const model = 'meta-llama/Meta-Llama-3.1-8B-Instruct'

for (const [name, behaviour, clusters] of [
  ['first', {}, undefined],
  ['first, an older server', { isOld: true, routes: { models: 'absent', status: 'absent' } }, undefined],
  ['first, one of its clusters', {}, ['sophia']],
] as const)
  adapterConformance(name, async () => {
    const site = await startFirstSite({
      clusters: [
        { name: 'sophia', frameworks: { vllm: [model] }, freeNodes: 3 },
        { name: 'polaris', frameworks: { vllm: [model] } },
      ],
    })
    site.set(behaviour)
    const agent = new Agent()
    const config = { name: 'alcf', kind: 'first', url: `${site.url}/`, token: '${env:ALCF}', ...(clusters !== undefined && { clusters: [...clusters] }) } as const
    return {
      adapter: createFirstAdapter(config, { agent, secret: () => 'globus-token', refusedFields: createMemoryRefusedFields(), timers: realTimers }),
      deployment: { cluster: 'alcf', model, framework: 'vllm' },
      takeDown: () => site.close(),
      ownsPlaces: false,
      async close() {
        await agent.destroy()
        await site.close()
      },
    }
  })
