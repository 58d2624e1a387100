import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { doorOf, shapeOf, type Call } from './call'
import { Cancellation } from './cancellation'
import { cutWhenStalled } from './client-timeouts'
import { HttpOutlet } from './http-outlet'

/** What a path names; `*` is the rest of it, a model id with its slashes. */
const pathParams = z.object({ cluster: z.string().optional(), framework: z.string().optional(), response: z.string().optional(), replica: z.string().optional(), '*': z.string().optional() })

/** A request whose route is known. */
export interface Arrival extends Pick<Call, 'id' | 'door' | 'shape' | 'route' | 'params' | 'headers'> {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Opens calls, and ends those that run when the gateway stops. */
export interface Calls {
  open(arrival: Arrival): Call
  /** Takes the answer over from Fastify: from here on it is written to the socket by the stages. */
  takeOver(request: FastifyRequest, reply: FastifyReply, route: string): Call
  abortAll(reason: FirstError): void
}

/** @param stallMs after which a caller is cut off that does not take its answer. */
export function createCalls({ stallMs }: { readonly stallMs: number }): Calls {
  const running = new Set<Cancellation>()

  const open = (arrival: Arrival): Call => {
    const { response, headers } = arrival
    const cancellation = new Cancellation()
    running.add(cancellation)
    const leave = (cause?: Error): void => cancellation.cancel(new FirstError('cancelled', 'The caller left before the answer was whole.', { cause }))
    // A write that meets a connection just broken is an error of the response, a moment before its close.
    response.on('error', leave)
    cutWhenStalled(response, stallMs)
    response.once('close', () => {
      running.delete(cancellation)
      if (!response.writableFinished) leave()
    })
    return { ...arrival, outlet: new HttpOutlet(response, headers), cancellation }
  }

  return {
    open,
    takeOver(request, reply, route) {
      reply.hijack()
      const { cluster, framework, response, replica, '*': model } = pathParams.safeParse(request.params).data ?? {}
      return open({
        id: request.id,
        door: doorOf(request.url),
        shape: shapeOf(request.url),
        route,
        params: {
          ...(cluster !== undefined && { cluster }),
          ...(framework !== undefined && { framework }),
          ...(model !== undefined && { model }),
          ...(response !== undefined && { response }),
          ...(replica !== undefined && { replica }),
        },
        headers: {},
        request: request.raw,
        response: reply.raw,
      })
    },
    abortAll(reason) {
      for (const cancellation of running) cancellation.cancel(reason)
    },
  }
}
