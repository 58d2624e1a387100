import { once } from 'node:events'
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { errorKinds, FirstError, type ErrorCode } from '@shared/errors'
import type { Contract } from '@shared/rpc/contract'
import { rpcPath } from '../rpc/web-socket'
import { findGateway, noGateway, notAnswering } from './find-gateway'

export type CoreClient = ContractRouterClient<Contract>

const catalogued = z.object({ code: z.string(), action: z.string() })

/** For the core to take the connection. */
const handshakeTimeoutMs = 15_000

/**
 * Calls the core of the gateway that runs on a data directory, as its owner.
 * @throws FirstError what the core threw; `upstream_unreachable`, `request_timeout` or `unauthorized` when it is not reached, `cancelled` at the signal.
 */
export async function withCore<Result>({ dataDir, signal }: { dataDir: string; signal: AbortSignal }, work: (core: CoreClient) => Promise<Result>): Promise<Result> {
  const { url, key } = await findGateway(dataDir)
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${rpcPath}`, { headers: { authorization: `Bearer ${key}` }, handshakeTimeout: handshakeTimeoutMs })
  try {
    const broken = brokenOff(socket, dataDir, signal)
    await Promise.race([once(socket, 'open'), broken])
    return await Promise.race([work(clientOver(socket)), broken])
  } catch (cause) {
    throw asFirstError(cause)
  } finally {
    socket.terminate()
  }
}

/** Rejects with the reason when the connection cannot be made, is lost, or the person does not wait any more. */
function brokenOff(socket: WebSocket, dataDir: string, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new FirstError('cancelled', 'Interrupted.')))
    socket.once('unexpected-response', () => reject(new FirstError('unauthorized', `What runs at the address that ${dataDir} names does not take its key.`, { action: 'End it and start «first-desktop serve» anew.' })))
    socket.once('error', (cause) => reject(/timed out/.test(cause.message) ? notAnswering(dataDir, cause) : noGateway(dataDir, cause)))
    socket.once('close', () => reject(noGateway(dataDir)))
  })
}

function clientOver(socket: WebSocket): CoreClient {
  const link = new RPCLink({
    port: {
      on: (event, listener) => {
        if (event === 'message') socket.on('message', (data) => listener({ data: Buffer.isBuffer(data) ? data.toString('utf8') : '' }))
        if (event === 'close') socket.on('close', () => listener())
      },
      postMessage: (message: unknown) => socket.send(String(message)),
    },
  })
  return createORPCClient(link)
}

function asFirstError(cause: unknown): unknown {
  if (!(cause instanceof ORPCError)) return cause
  const { code, action } = catalogued.safeParse(cause.data).data ?? {}
  return isErrorCode(code) ? new FirstError(code, cause.message, { cause, ...(action !== undefined && { action }) }) : new FirstError('internal_error', cause.message, { cause })
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(errorKinds, code)
}
