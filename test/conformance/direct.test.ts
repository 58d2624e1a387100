import { Agent } from 'undici'
import type { DirectClusterConfig } from '@shared/config/clusters'
import { createDirectAdapter } from '@main/clusters/direct/direct-adapter'
import { startMessagesServer } from '../doubles/messages-server/messages-server'
import { llamaServer, lmStudio, ollama, sambanova, vllm, type Discovery } from '../doubles/openai-server/discovery'
import { startOpenAiServer } from '../doubles/openai-server/openai-server'
import { createMemoryRefusedFields } from '../fixtures/refused-fields'
import { adapterConformance, type AdapterFixture } from './adapter-conformance'

const model = 'org/double-model'

interface Double {
  readonly url: string
  close(): Promise<void>
}

const fixtureOver = (double: Double, change: Partial<DirectClusterConfig>): AdapterFixture => {
  const agent = new Agent()
  const config: DirectClusterConfig = { name: 'lab', kind: 'direct', url: `${double.url}/`, apiKey: '${env:LAB}', framework: 'api', ...change }
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
}

const overOpenAi = async (change: Partial<DirectClusterConfig>, discovery?: Discovery): Promise<AdapterFixture> =>
  fixtureOver(await startOpenAiServer({ models: [model], key: 'sk-double', ...(discovery !== undefined && { discovery }) }), change)

adapterConformance('direct, discovered', () => overOpenAi({}))
adapterConformance('direct, configured', () => overOpenAi({ models: [model] }))
adapterConformance('direct, OpenAI', () => overOpenAi({ profile: 'openai' }))
adapterConformance('direct, vLLM', () => overOpenAi({}, vllm()))
adapterConformance('direct, SambaNova', () => overOpenAi({ profile: 'sambanova' }, sambanova()))
adapterConformance('direct, Ollama', () => overOpenAi({}, ollama()))
adapterConformance('direct, LM Studio', () => overOpenAi({}, lmStudio()))
adapterConformance('direct, llama-server', () => overOpenAi({}, llamaServer()))
adapterConformance('direct, Anthropic, configured', async () => fixtureOver(await startMessagesServer({ models: [model], key: 'sk-double' }), { profile: 'anthropic' }))
adapterConformance('direct, Anthropic, discovered', async () => fixtureOver(await startMessagesServer({ models: [model], key: 'sk-double' }), {}))
