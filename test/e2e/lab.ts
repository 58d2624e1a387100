import { startOpenAiServer, type OpenAiServer } from '../doubles/openai-server/openai-server'
import { test as base, type App } from './app'
import { chatOf } from './chat'

export { expect } from './app'

export const labModel = 'tern-70b'

export interface Lab {
  readonly server: OpenAiServer
  /** Text of a config.yaml that knows the server as `lab`. */
  readonly config: string
  /** Starts the app with it, its model chosen, and no conversation yet. */
  start(): Promise<App>
}

/** The app with a server of its own behind it, which does what the test tells it to. */
export const test = base.extend<{ lab: Lab }>({
  lab: async ({ apps }, use) => {
    const server = await startOpenAiServer({ models: [labModel] })
    const config = configFor(server.url)
    await use({
      server,
      config,
      async start() {
        const app = await apps.start({ config })
        const chat = chatOf(app.page)
        await chat.lookAround()
        await chat.chooseModel(labModel)
        return app
      },
    })
    await server.close()
  },
})

export function configFor(url: string, name = 'lab'): string {
  return `version: 1\nclusters:\n  - name: ${name}\n    kind: direct\n    url: ${url}\n`
}

/** A promise, and the word that resolves it. */
export function gate(): { readonly until: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined
  const until = new Promise<void>((resolve) => (open = resolve))
  return { until, open: () => open() }
}
