import { startFirstSite, type FirstSite } from '../doubles/first-site/first-site'
import type { DoubleStatus } from '../doubles/first-site/site-state'
import { startOpenAiServer, type OpenAiServer } from '../doubles/openai-server/openai-server'
import { test as base, type App } from './app'
import { chatOf } from './chat'

export { expect } from './app'

export const siteModels = ['meta-llama/Llama-3.1-8B-Instruct', 'meta-llama/Llama-3.1-70B-Instruct', 'Qwen/Qwen3-32B', 'openai/gpt-oss-120b', 'mistralai/Mistral-Large-Instruct-2407'] as const
const [small, large, qwen, oss] = siteModels

/** How each model is at the beginning. */
const statuses: Readonly<Record<string, DoubleStatus>> = { [`sophia ${large}`]: 'starting', [`sophia ${qwen}`]: 'queued', [`sophia ${oss}`]: 'offline' }

export interface SiteLab {
  readonly site: FirstSite
  readonly server: OpenAiServer
  /** Says how a model of the site is from now on; the rest stays. */
  say(model: string, status: DoubleStatus): void
  /** The site is gone, as when the network is cut; then it is there again, on the same port. */
  cut(): Promise<void>
  mend(): Promise<void>
  start(): Promise<App>
}

/** The app with a scripted FIRST site, `alcf`, and a server, `metis`, behind it. */
export const test = base.extend<{ lab: SiteLab }>({
  lab: async ({ apps }, use) => {
    let said = statuses
    const startSite = (port = 0): Promise<FirstSite> =>
      startFirstSite({
        port,
        clusters: [
          {
            name: 'sophia',
            frameworks: { vllm: [...siteModels], infinity: ['nomic-ai/nomic-embed-text-v1.5'] },
            freeNodes: 7,
            details: { [small]: { capabilities: { schema_version: 1, context_window_tokens: 131_072, tool_calling: { supported: true } }, max_num_seqs: 64 }, [oss]: { capabilities: { schema_version: 1, context_window_tokens: 131_072, reasoning: { supported: true } } } },
          },
        ],
      })
    let site = await startSite()
    const { port } = site
    site.set({ statuses: said })
    const server = await startOpenAiServer({ models: ['gpt-oss-20b'] })
    await use({
      get site() {
        return site
      },
      server,
      say(model, status) {
        said = { ...said, [`sophia ${model}`]: status }
        site.set({ statuses: said })
      },
      cut: () => site.close(),
      async mend() {
        site = await startSite(port)
        site.set({ statuses: said })
      },
      async start() {
        const config = [
          'version: 1',
          'clusters:',
          `  - { name: alcf, kind: first, url: "${site.url}", token: "\${env:SITE_TOKEN}" }`,
          `  - { name: metis, kind: direct, url: "${server.url}" }`,
          '',
        ].join('\n')
        const app = await apps.start({ config, env: { SITE_TOKEN: 'globus-token' } })
        await chatOf(app.page).lookAround()
        return app
      },
    })
    await site.close()
    await server.close()
  },
})
