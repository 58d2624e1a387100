import { Pool } from 'undici'

/** Where requests go: `origin` without a path, and the headers each carries. */
export interface Target {
  readonly origin: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Sample {
  /** Milliseconds to the first byte of the body, and to its end. */
  readonly firstMs: number
  readonly totalMs: number
}

export interface Load {
  readonly connections: number
  readonly requests: number
  readonly isStreamed: boolean
}

const path = '/v1/chat/completions'
const bodyOf = (isStreamed: boolean): string =>
  JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'Say something about the Arrhenius equation.' }], ...(isStreamed ? { stream: true, stream_options: { include_usage: true } } : {}) })

/** One request through undici's `dispatch`, so that the generator costs as little as it can. */
function send(pool: Pool, target: Target, body: string, onFirst: () => void = () => undefined): Promise<Sample> {
  return new Promise((done, fail) => {
    const startedAt = performance.now()
    let firstMs = 0
    pool.dispatch(
      { method: 'POST', path, headers: { ...target.headers, 'content-type': 'application/json' }, body, bodyTimeout: 0, headersTimeout: 0 },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, status) => {
          if (status !== 200) fail(new Error(`${target.origin} answered ${status}`))
        },
        onResponseData: () => {
          if (firstMs > 0) return
          firstMs = performance.now() - startedAt
          onFirst()
        },
        onResponseEnd: () => done({ firstMs, totalMs: performance.now() - startedAt }),
        onResponseError: (_controller, error) => fail(error),
      },
    )
  })
}

/** Runs `requests` over `connections` at once; returns each sample and the requests a second over the whole. */
export async function run(target: Target, load: Load): Promise<{ samples: readonly Sample[]; perSecond: number }> {
  const pool = new Pool(target.origin, { connections: load.connections, pipelining: 1 })
  const body = bodyOf(load.isStreamed)
  const samples: Sample[] = []
  let left = load.requests
  const worker = async (): Promise<void> => {
    while (left-- > 0) samples.push(await send(pool, target, body))
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: load.connections }, worker))
  const perSecond = (load.requests / (performance.now() - startedAt)) * 1000
  await pool.close()
  return { samples, perSecond }
}

/** Keeps `count` streams open, each after its first event, for as long as `work` takes. */
export async function withOpenStreams<Result>(target: Target, count: number, work: () => Promise<Result>): Promise<Result> {
  const pool = new Pool(target.origin, { connections: count, pipelining: 1 })
  const body = bodyOf(true)
  await Promise.all(Array.from({ length: count }, () => new Promise<void>((opened, fail) => void send(pool, target, body, opened).catch(fail))))
  const result = await work()
  await pool.destroy()
  return result
}
