import type { Page } from '@playwright/test'

export interface RawAnswer {
  /** `closed` when the core cut the line instead of answering. */
  readonly kind: 'answered' | 'closed'
  readonly status?: number
  readonly body?: string
}

/**
 * Says one thing to the core from the page, over a connection of its own, as a page gone bad would: past the typed client.
 * @param message a raw message of the transport, or the path and input of a call
 */
export async function sayToCore(page: Page, message: unknown): Promise<RawAnswer> {
  const answer = await page.evaluate(async (said) => {
    const text = typeof said === 'string' ? said : JSON.stringify(said)
    const isDesktop = location.protocol === 'app:'
    return new Promise<string | undefined>((done) => {
      if (isDesktop) {
        const receive = (event: MessageEvent): void => {
          const [port] = event.ports
          if (event.data !== 'first-desktop:port' || port === undefined) return
          removeEventListener('message', receive)
          port.addEventListener('close', () => done(undefined))
          port.addEventListener('message', ({ data }) => done(String(data)))
          port.start()
          port.postMessage(text)
        }
        addEventListener('message', receive)
        postMessage('first-desktop:connect', location.origin)
      } else {
        const socket = new WebSocket(`ws://${location.host}/rpc`)
        socket.addEventListener('close', () => done(undefined))
        socket.addEventListener('message', ({ data }) => done(String(data)))
        socket.addEventListener('open', () => socket.send(text))
      }
    })
  }, message)
  if (answer === undefined) return { kind: 'closed' }
  const { p } = JSON.parse(answer) as { p: { s?: number; b?: unknown } }
  return { kind: 'answered', status: p.s ?? 200, body: JSON.stringify(p.b) }
}

/** A call in oRPC's encoding. */
export function call(path: string, input?: unknown): object {
  return { i: '1', p: { u: path, b: { json: input } } }
}
