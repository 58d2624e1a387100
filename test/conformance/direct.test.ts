import { Agent } from 'undici'
import { createDirectAdapter } from '@main/clusters/direct/direct-adapter'
import { startOpenAiServer } from '../doubles/openai-server/openai-server'
import { createMemoryRefusedFields } from '../fixtures/refused-fields'
import { adapterConformance } from './adapter-conformance'

const model = 'org/double-model'

for (const [name, models] of [['direct, discovered', undefined], ['direct, configured', [model]]] as const)
  adapterConformance(name, async () => {
    const double = await startOpenAiServer({ models: [model], key: 'sk-double' })
    const agent = new Agent()
    const config = { name: 'lab', kind: 'direct', url: `${double.url}/`, apiKey: '${env:LAB}', framework: 'api', ...(models !== undefined && { models: [...models] }) } as const
    return {
      adapter: createDirectAdapter(config, { agent, secret: () => 'sk-double', refusedFields: createMemoryRefusedFields(), now: () => 1000 }),
      deployment: { cluster: 'lab', model, framework: 'api' },
      takeDown: () => double.close(),
      ownsPlaces: false,
      async close() {
        await agent.destroy()
        await double.close()
      },
    }
  })
