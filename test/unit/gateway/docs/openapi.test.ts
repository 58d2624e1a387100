import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { routes } from '@main/gateway/routes'
import { openApiDocument } from '@main/gateway/docs/openapi'
import { operation as operationNames, operationPaths } from '@shared/domain/model'
import { newBatchBody } from '@shared/openai/batches'
import { isRequest, requestProblem } from '@shared/requests'
import { least } from '../../requests/support'

const document = openApiDocument(routes, '1.2.3')

const parameter = z.object({ name: z.string(), in: z.enum(['path', 'query']), required: z.boolean().optional(), description: z.string().min(1), schema: z.object({ type: z.string() }) })
const body = z.object({ schema: z.object({ $ref: z.string() }), example: z.record(z.string(), z.unknown()) })
const operation = z.object({
  operationId: z.string().regex(/^\w+$/),
  summary: z.string().min(1),
  tags: z.array(z.string()).length(1),
  security: z.array(z.never()).optional(),
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ required: z.literal(true), content: z.strictObject({ 'application/json': body.optional(), 'multipart/form-data': body.optional() }) }).optional(),
  responses: z.record(z.string().regex(/^[1-5]\d\d$/), z.union([z.object({ $ref: z.string() }), z.looseObject({ description: z.string().min(1), content: z.record(z.string(), z.unknown()) })])),
})
type Operation = z.infer<typeof operation>

/** Every operation, read as OpenAPI 3.1 has it ("Operation Object"). */
const operations: readonly (readonly [string, Operation])[] = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, one]) => [`${method.toUpperCase()} ${path}`, operation.parse(one)] as const))

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner)))
}

function resolve(reference: string): unknown {
  const keys = reference.replace(/^#\//, '').split('/')
  return keys.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), document)
}

describe('the description of the gateway', () => {
  it('is of OpenAPI 3.1, with the version of the app', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: expect.any(String) as unknown, version: '1.2.3' } })
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('has every route, and no other', () => {
    const described = operations.map(([name]) => name)
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{model}')}`).sort())
  })

  it('refers to nothing that is not there', () => {
    const references = referencesIn(document)
    expect(references.length).toBeGreaterThan(50)
    for (const reference of references) expect(resolve(reference), reference).toBeDefined()
  })

  it('describes every part of a path, and each once', () => {
    for (const [name, { parameters }] of operations) {
      const named = [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part)
      expect(parameters.filter((one) => one.in === 'path').map((one) => one.name), name).toEqual(named)
    }
  })

  it('gives each operation a name of its own and a tag that is listed', () => {
    expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length)
    for (const [, { tags }] of operations) expect(document.tags.map(({ name }) => name)).toContain(tags[0])
  })

  it('asks for a key everywhere but where nobody needs one', () => {
    expect(operations.filter(([, { security }]) => security !== undefined).map(([name]) => name)).toEqual(['GET /health', 'GET /resource_server/health', 'GET /resource_server/status'])
  })

  it('streams what can be streamed', () => {
    const streamed = operations.filter(([, { responses }]) => 'text/event-stream' in ((responses['200'] as { content: object }).content)).map(([name]) => name)
    expect(streamed.filter((name) => name.startsWith('POST /v1/'))).toEqual(['POST /v1/chat/completions', 'POST /v1/responses', 'POST /v1/messages', 'POST /v1/completions'])
  })

  it('gives errors the shape of their door', () => {
    const errorOf = (path: string): unknown => (document.paths[path]?.['post'] as { responses: Record<string, unknown> }).responses['400']
    expect(errorOf('/v1/chat/completions')).toEqual({ $ref: '#/components/responses/openaiError' })
    expect(errorOf('/resource_server/v1/chat/completions')).toEqual({ $ref: '#/components/responses/firstError' })
    expect(errorOf('/resource_server/v1/messages')).toEqual({ $ref: '#/components/responses/anthropicError' })
  })

  it('says of a request what the check of requests says', () => {
    expect(document.components.schemas['ChatCompletionRequest']).toMatchObject({
      required: ['model', 'messages'],
      properties: { temperature: { anyOf: [{ type: 'number', minimum: 0, maximum: 2 }, { type: 'null' }] }, seed: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
    })
    expect(document.components.schemas['EmbeddingRequest']).toMatchObject({ properties: { input: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'array' }, { type: 'array' }, { type: 'array' }] } } })
  })

  it('shows an example of each request that is a right one', () => {
    for (const asked of operationNames.options) {
      const described = operations.find(([name]) => name === `POST /v1${operationPaths[asked]}`)?.[1]
      expect(requestProblem(asked, described?.requestBody?.content['application/json']?.example), asked).toBeUndefined()
    }
  })

  it('asks for a file as a form, and for a batch of it as JSON that its own check takes', () => {
    const bodyOf = (name: string): Operation['requestBody'] => operations.find(([one]) => one === name)?.[1].requestBody
    expect(Object.keys(bodyOf('POST /v1/files')?.content ?? {})).toEqual(['multipart/form-data'])
    expect(newBatchBody.safeParse(bodyOf('POST /v1/batches')?.content['application/json']?.example).error).toBeUndefined()
    expect(document.components.schemas['NewBatch']).toMatchObject({ required: ['input_file_id', 'endpoint', 'completion_window'], additionalProperties: false })
  })

  it.each([
    ['ChatCompletionRequest', 'chat_completions', { temperature: 3 }],
    ['CompletionRequest', 'completions', { prompt: [1, 'a'] }],
    ['EmbeddingRequest', 'embeddings', { input: '' }],
    ['ChatCompletionRequest', 'chat_completions', { messages: [{ role: 'tool', content: 'no id' }] }],
  ] as const)('takes and refuses in %s what the check of %s does', (name, asked, wrong) => {
    const described = z.fromJSONSchema(document.components.schemas[name] as Parameters<typeof z.fromJSONSchema>[0])
    expect(described.safeParse(least[asked]).error).toBeUndefined()
    expect(described.safeParse({ ...least[asked], ...wrong }).success).toBe(false)
    expect(isRequest(asked, { ...least[asked], ...wrong })).toBe(false)
  })
})
