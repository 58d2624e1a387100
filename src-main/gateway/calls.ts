import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { doorOf, shapeOf, type Call } from './call'
import { Cancellation } from './cancellation'
import { cutLeftover, cutWhenStalled, type ClientTimeouts } from './client-timeouts'
import { HttpOutlet } from './http-outlet'

/** What a path names; `*` is the rest of it, a model id with its slashes. */
const pathParams = z.object({ cluster: z.string().exactOptional(), framework: z.string().exactOptional(), response: z.string().exactOptional(), replica: z.string().exactOptional(), file: z.string().exactOptional(), batch: z.string().exactOptional(), '*': z.string().exactOptional() })

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

/** @param timeouts after which a caller is cut off that does not take its answer, or goes on sending after it. */
export function createCalls({ stallMs, leftoverMs }: Pick<ClientTimeouts, 'stallMs' | 'leftoverMs'>): Calls {
  const running = new Set<Cancellation>()

  const open = (arrival: Arrival): Call => {
    const { request, response, headers } = arrival
    const cancellation = new Cancellation()
    running.add(cancellation)
    const leave = (cause?: Error): void => cancellation.cancel(new FirstError('cancelled', 'The caller left before the answer was whole.', { cause }))
    // A write that meets a connection just broken is an error of the response, a moment before its close.
    response.on('error', leave)
    cutWhenStalled(response, stallMs)
    response.once('close', () => {
      running.delete(cancellation)
      if (!response.writableFinished) leave()
      cutLeftover(request, leftoverMs)
    })
    return { ...arrival, outlet: new HttpOutlet(response, headers), cancellation }
  }

  return {
    open,
    takeOver(request, reply, route) {
      reply.hijack()
      const { '*': model, ...named } = pathParams.safeParse(request.params).data ?? {}
      return open({
        id: request.id,
        door: doorOf(request.url),
        shape: shapeOf(request.url),
        route,
        params: { ...named, ...(model !== undefined && { model }) },
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
