import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { securityHeaders } from '@shared/security'
import type { Logger } from '../core/logger'
import type { KeyVerifier } from '../identity/key-verifier'
import type { Attempts } from './attempts'
import type { BrowserSessions } from './browser-sessions'
import { arrivalPage, lockPage } from './lock-page'
import type { OneTimeCode } from './one-time-code'

interface WindowDeps {
  readonly rendererDir: string
  readonly keys: KeyVerifier
  readonly sessions: BrowserSessions
  readonly code: OneTimeCode
  readonly attempts: Attempts
  readonly logger: Logger
}

const windowHeaders: Readonly<Record<string, string>> = { ...securityHeaders({ connect: [] }), 'x-frame-options': 'DENY' }
const lockHeaders: Readonly<Record<string, string>> = {
  ...windowHeaders,
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
}

const arrival = z.object({ code: z.string().max(128).optional() })
const keyForm = z.object({ key: z.string().trim().min(1).max(512) })

/**
 * Serves the built window to browsers that hold a session, and the lock page to others.
 * @throws FirstError `internal_error` when the window was not built.
 */
export async function addWindowRoutes(server: FastifyInstance, deps: WindowDeps): Promise<void> {
  const { sessions, code, attempts, keys, logger } = deps
  if (!existsSync(join(deps.rendererDir, 'index.html'))) throw new FirstError('internal_error', `The window is not built: ${deps.rendererDir} holds no index.html. Run «npm run build».`)

  const isIn = (request: FastifyRequest): boolean => sessions.isOpen(request.headers.cookie)
  const lock = (reply: FastifyReply, status: number, problem?: string): FastifyReply =>
    reply.code(status).headers(lockHeaders).type('text/html; charset=utf-8').send(lockPage(problem))
  const letIn = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    void reply.header('set-cookie', sessions.open()).headers(lockHeaders)
    if (request.headers['sec-fetch-site'] === 'cross-site') return reply.type('text/html; charset=utf-8').send(arrivalPage)
    return reply.redirect('/', 303)
  }

  await server.register(async (scope) => {
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500
      if (status < 500 && request.method !== 'POST') {
        reply.callNotFound() // a folder, or a path that leaves the window's
        return
      }
      if (status < 500) return lock(reply, status, 'What was sent is not the form of this page.')
      logger.error({ cause: error }, 'the window could not be served')
      return lock(reply, 500, 'Something went wrong inside FIRST Desktop; its log says what.')
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 4096 }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))))
    await scope.register(fastifyStatic, {
      root: deps.rendererDir,
      index: false,
      cacheControl: false,
      setHeaders(reply, path) {
        void reply.headers(windowHeaders)
        // Vite puts a hash of the content into the names of what lies in assets.
        void reply.header('cache-control', path.includes('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache')
      },
      // Without a session a file is as if it were not there.
      allowedPath: (_path, _root, request) => isIn(request),
    })
    // A HEAD, as a preview of a link sends it, must not use the code up.
    scope.get('/', { exposeHeadRoute: false }, (request, reply) => {
      const shown = arrival.safeParse(request.query).data?.code
      if (isIn(request)) return shown === undefined ? reply.sendFile('index.html') : reply.redirect('/', 303)
      if (shown === undefined) return lock(reply, 401)
      return code.redeem(shown) ? letIn(request, reply) : lock(reply, 401, 'This code was used already, or its hour is over.')
    })
    scope.post('/session', (request, reply) => {
      const waitS = attempts.waitS()
      if (waitS > 0) return lock(reply.header('retry-after', waitS), 429, `Too many wrong keys; try again in ${waitS} seconds.`)
      const key = keyForm.safeParse(request.body).data?.key
      if (key !== undefined && keys.verify(key)?.kind === 'owner') return letIn(request, reply)
      attempts.fail()
      return lock(reply, 401, 'This is not the owner’s key.')
    })
  })
}
