import { RPCHandler } from '@orpc/server/message-port'
import { z } from 'zod'
import type { Logger } from '../core/logger'
import type { RpcRouter } from './router'

/** One connection to a window, whatever carries it; messages are text. */
export interface Wire {
  send(text: string): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
  close(): void
}

export interface RpcServer {
  /** Serves the contract on a wire until it closes. */
  serve(wire: Wire): void
  /** Closes every wire. */
  close(): void
}

/** The largest input is one part of a snapshot (4 million characters), which JSON can make six times as long. */
export const messageLimit = 32 * 1024 * 1024

/** The outside of oRPC's messages: a request, an event or an abort. Headers would start a decoder that nothing here needs. */
const rpcMessage = z.discriminatedUnion('t', [
  z.object({ i: z.string(), t: z.undefined().optional(), p: z.object({ u: z.string().startsWith('/'), m: z.string().optional(), h: z.undefined().optional() }) }),
  z.object({ i: z.string(), t: z.literal(3) }),
  z.object({ i: z.string(), t: z.literal(4) }),
])

export function createRpcServer({ router, logger }: { router: RpcRouter; logger: Logger }): RpcServer {
  const handler = new RPCHandler(router)
  const wires = new Set<Wire>()
  return {
    serve(wire) {
      wires.add(wire)
      wire.onClose(() => wires.delete(wire))
      // oRPC's own name for what a port does; what is not a message of ours never reaches it.
      handler.upgrade({
        on: (event, listener) => {
          if (event === 'close') wire.onClose(() => listener())
          if (event !== 'message') return
          wire.onMessage((message) => {
            if (isRpcMessage(message)) {
              listener({ data: message })
              return
            }
            logger.warn({}, 'a window sent something that is not a call; its connection was closed')
            wire.close()
          })
        },
        postMessage: (message: unknown) => {
          if (typeof message === 'string') wire.send(message)
        },
      })
    },
    close() {
      for (const wire of wires) wire.close()
    },
  }
}

function isRpcMessage(message: unknown): message is string {
  if (typeof message !== 'string' || message.length > messageLimit) return false
  try {
    return rpcMessage.safeParse(JSON.parse(message)).success
  } catch {
    return false // not JSON
  }
}
