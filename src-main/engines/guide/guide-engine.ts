import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { FirstError } from '@shared/errors'
import type { Engine, EngineExit, RunningEngine } from '../engine'
import { createAnswerer, type Answerer } from './answer'
import { createHandler } from './handler'
import type { HelpPage } from './help-pages'
import type { GuideClock } from './stream'

export interface GuideOptions {
  /** The id that requests name; default `guide`. */
  readonly model?: string
}

export interface GuideDeps {
  readonly pages: readonly HelpPage[]
  readonly clock?: GuideClock
  /** Between two streamed tokens; default 4 ms, about 250 tokens a second. 0: as fast as the caller reads. */
  readonly tokenDelayMs?: number
  /** Hexadecimal digits for the key and the ids of answers. */
  readonly randomHex?: (bytes: number) => string
}

/** Never runs backwards, so a corrected wall clock does not hold a stream up. */
const realClock: GuideClock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
}

/** The built-in help as an engine: it searches the help pages, in this process; it is not a model and says so. */
export function createGuideEngine(deps: GuideDeps): Engine<GuideOptions> {
  // The index is made by the first question: the start of the app does not wait for it.
  let answerer: Answerer | undefined
  const answer: Answerer = (messages) => (answerer ??= createAnswerer(deps.pages))(messages)
  const randomHex = deps.randomHex ?? ((bytes) => randomBytes(bytes).toString('hex'))
  return {
    async start(options, signal) {
      const key = `guide-${randomHex(24)}`
      const handle = createHandler({ key, model: options.model ?? 'guide', answer, randomHex, clock: deps.clock ?? realClock, tokenDelayMs: deps.tokenDelayMs ?? 4 })
      const server = createServer((request, response) => void handle(request, response))
      return running(server, await listen(server, signal), key)
    },
  }
}

/** @returns the port. */
async function listen(server: Server, signal: AbortSignal): Promise<number> {
  if (signal.aborted) throw new FirstError('cancelled', 'The start of the guide was cancelled.')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening').catch((cause: unknown) => {
    throw new FirstError('model_failed', 'The built-in guide could not open a port on 127.0.0.1.', { cause })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new FirstError('model_failed', 'The built-in guide has no port.')
  return address.port
}

function running(server: Server, port: number, key: string): RunningEngine {
  const exited = new Promise<EngineExit>((resolve) => server.once('close', () => resolve({ reason: 'stopped', logTail: '' })))
  return {
    origin: `http://127.0.0.1:${port}`,
    key,
    exited,
    async stop() {
      server.close()
      server.closeAllConnections()
      await exited
    },
  }
}
