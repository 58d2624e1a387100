import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

export interface GuideClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<unknown>
}

/**
 * Sends bodies as server-sent events, one each `delayMs` counted from the start, so that a late timer does not slow the whole.
 * Ends quietly when the caller leaves.
 */
export async function streamEvents(response: ServerResponse, bodies: Iterable<object>, delayMs: number, clock: GuideClock): Promise<void> {
  const caller = new AbortController()
  response.on('close', () => caller.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  const startMs = clock.now()
  let sent = 0
  try {
    for (const body of bodies) {
      const waitMs = startMs + sent * delayMs - clock.now()
      if (waitMs > 0) await clock.sleep(waitMs, caller.signal)
      if (!response.write(`data: ${JSON.stringify(body)}\n\n`)) await once(response, 'drain', { signal: caller.signal })
      sent += 1
    }
    response.end('data: [DONE]\n\n')
  } catch (cause) {
    if (!caller.signal.aborted) throw cause
  }
}
