import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { doorOf, shapeOf, type Call } from './call'
import { cutWhenStalled } from './client-timeouts'
import { Outlet } from './outlet'

/** What a path names; `*` is the rest of it, a model id with its slashes. */
const pathParams = z.object({ cluster: z.string().optional(), framework: z.string().optional(), response: z.string().optional(), '*': z.string().optional() })

/** Opens calls, and ends those that run when the gateway stops. */
export interface Calls {
  /** Takes the answer over from Fastify: from here on it is written to the socket by the stages. */
  open(request: FastifyRequest, reply: FastifyReply, route: string): Call
  abortAll(reason: FirstError): void
}

/** @param stallMs after which a caller is cut off that does not take its answer. */
export function createCalls({ stallMs }: { readonly stallMs: number }): Calls {
  const running = new Set<AbortController>()
  return {
    open(request, reply, route) {
      reply.hijack()
      const response = reply.raw
      const controller = new AbortController()
      running.add(controller)
      const leave = (cause?: Error): void => controller.abort(new FirstError('cancelled', 'The caller left before the answer was whole.', { cause }))
      // A write that meets a connection just broken is an error of the response, a moment before its close.
      response.on('error', leave)
      cutWhenStalled(response, stallMs)
      response.once('close', () => {
        running.delete(controller)
        if (!response.writableFinished) leave()
      })
      const { cluster, framework, response: responseId, '*': model } = pathParams.safeParse(request.params).data ?? {}
      return {
        id: request.id,
        door: doorOf(request.url),
        shape: shapeOf(request.url),
        route,
        params: { ...(cluster !== undefined && { cluster }), ...(framework !== undefined && { framework }), ...(model !== undefined && { model }), ...(responseId !== undefined && { response: responseId }) },
        request: request.raw,
        response,
        outlet: new Outlet(response),
        signal: controller.signal,
      }
    },
    abortAll(reason) {
      for (const controller of running) controller.abort(reason)
    },
  }
}
