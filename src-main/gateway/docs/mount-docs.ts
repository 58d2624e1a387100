import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { routes } from '../routes'
import { docsPage, docsPolicy, docsScript } from './page'
import { findSwaggerDir, swaggerFiles, type SwaggerFile } from './swagger-files'

export interface DocsDeps {
  /** Of the app. */
  readonly version: string
  /** Holds `swaggerFiles`; absent: it is looked for. */
  readonly swaggerDir?: string | undefined
}

const doors = ['', '/resource_server']

const headers = {
  'content-security-policy': docsPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
}

/** Serves `/openapi.json` and `/docs` to everybody, as FIRST does. Without the files of Swagger UI the description is served alone. */
export function mountDocs(app: FastifyInstance, { version, swaggerDir = findSwaggerDir() }: DocsDeps): void {
  let description: string | undefined
  for (const door of doors)
    app.get(`${door}/openapi.json`, async (_request, reply) => {
      // Few ask: the start does not wait for what describes.
      const { openApiDocument } = await import('./openapi')
      description ??= JSON.stringify(openApiDocument(routes, version))
      return send(reply, 'application/json; charset=utf-8', description)
    })
  if (swaggerDir === undefined) return
  for (const door of doors) for (const path of [`${door}/docs`, `${door}/docs/`]) app.get(path, (_request, reply) => send(reply, 'text/html; charset=utf-8', docsPage))
  app.get('/docs/start.js', (_request, reply) => send(reply, 'text/javascript; charset=utf-8', docsScript))
  for (const name of Object.keys(swaggerFiles) as SwaggerFile[]) app.get(`/docs/${name}`, (_request, reply) => send(reply, swaggerFiles[name], createReadStream(join(swaggerDir, name))))
}

function send(reply: FastifyReply, type: string, body: unknown): FastifyReply {
  return reply.headers(headers).type(type).send(body)
}
