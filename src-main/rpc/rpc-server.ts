import { RPCHandler, type ServerWebSocket } from '@orpc/server/bun-ws'
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

/** The outside of oRPC's messages: a request or an abort. Headers and events of a caller would start decoders that nothing here needs. */
const rpcMessage = z.discriminatedUnion('t', [
  z.object({ i: z.string(), t: z.undefined().optional(), p: z.object({ u: z.string().startsWith('/'), m: z.undefined().optional(), h: z.undefined().optional() }) }),
  z.object({ i: z.string(), t: z.literal(4) }),
])

export function createRpcServer({ router, logger }: { router: RpcRouter; logger: Logger }): RpcServer {
  const handler = new RPCHandler(router)
  const wires = new Set<Wire>()
  return {
    serve(wire) {
      const port = portOf(wire)
      wires.add(wire)
      wire.onClose(() => {
        wires.delete(wire)
        handler.close(port)
      })
      const refuse = (cause?: unknown): void => {
        logger.warn({ cause }, 'a window sent something that is no call of the contract; its connection was closed')
        wire.close()
      }
      wire.onMessage((message) => {
        if (isRpcMessage(message)) handler.message(port, message).catch(refuse)
        else refuse()
      })
    },
    close() {
      for (const wire of wires) wire.close()
    },
  }
}

/** Of oRPC's adapters the one that takes a message and tells how it went: with the others a message that cannot be read ends the process. */
function portOf(wire: Wire): ServerWebSocket {
  return {
    send(message) {
      if (typeof message === 'string') wire.send(message)
      return 0
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
