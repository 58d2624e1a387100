import { once } from 'node:events'
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { errorKinds, FirstError, type ErrorCode } from '@shared/errors'
import type { Contract } from '@shared/rpc/contract'
import { rpcPath } from '../rpc/web-socket'
import { findGateway, noGateway } from './find-gateway'

export type CoreClient = ContractRouterClient<Contract>

const catalogued = z.object({ code: z.string() })

/** Calls the core of the gateway that runs on a data directory, as its owner. */
export async function withCore<Result>(dataDir: string, work: (core: CoreClient) => Promise<Result>): Promise<Result> {
  const { url, key } = await findGateway(dataDir)
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${rpcPath}`, { headers: { authorization: `Bearer ${key}` } })
  try {
    await once(socket, 'open')
  } catch (cause) {
    throw noGateway(dataDir, cause)
  }
  const link = new RPCLink({
    port: {
      on: (event, listener) => {
        if (event === 'message') socket.on('message', (data) => listener({ data: Buffer.isBuffer(data) ? data.toString('utf8') : '' }))
        if (event === 'close') socket.on('close', () => listener())
      },
      postMessage: (message: unknown) => socket.send(String(message)),
    },
  })
  try {
    return await work(createORPCClient(link))
  } catch (cause) {
    throw asFirstError(cause)
  } finally {
    socket.close()
  }
}

function asFirstError(cause: unknown): unknown {
  if (!(cause instanceof ORPCError)) return cause
  const code = catalogued.safeParse(cause.data).data?.code
  return new FirstError(isErrorCode(code) ? code : 'internal_error', cause.message, { cause })
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(errorKinds, code)
}
