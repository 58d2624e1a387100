import { z } from 'zod'
import { operation, type Operation } from '@shared/domain/model'
import { firstBatchBody } from '@shared/first/batches'
import { deploymentOrder, scaleOrder } from '@shared/first/replicas'
import { newBatchBody } from '@shared/openai/batches'
import { requestSchemas } from '@shared/requests'
import { shapeOf } from '../call'
import type { GatewayRoute } from '../routes'
import { answers } from './answers'
import { operations, orders, parameters, plainRoutes, type Described, type DescribedBody } from './described'

type Json = Readonly<Record<string, unknown>>

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: Json
  readonly servers: readonly Json[]
  readonly security: readonly Json[]
  readonly tags: readonly Json[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>
  readonly components: Readonly<Record<'schemas' | 'securitySchemes' | 'responses' | 'headers', Json>>
}

/** The gateway's own description (OpenAPI 3.1), made from its routes and from the schemas that check requests. */
export function openApiDocument(routes: readonly GatewayRoute[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) (paths[pathOf(route)] ??= {})[route.method.toLowerCase()] = operationOf(route)
  return {
    openapi: '3.1.0',
    info: { title: 'FIRST Desktop', version, summary: 'One address for the models of every cluster', license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: [
      { name: 'Answers', description: 'OpenAI’s and Anthropic’s protocols. A model that speaks another one is translated to.' },
      { name: 'Batches', description: 'Files of many requests, done in the background.' },
      { name: 'Models', description: 'What can be asked.' },
      { name: 'FIRST', description: 'What a FIRST gateway says of its clusters.' },
      { name: 'Administration', description: 'What the owner, and keys of administrators, may do with models that are started from here.' },
      { name: 'Gateway', description: 'The gateway itself.' },
    ],
    paths,
    components: {
      schemas: schemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of this gateway' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The same key, as clients of Anthropic send it' },
      },
      responses: Object.fromEntries(Object.entries(errorSchemas).map(([shape, schema]) => [errorName(shape), { description: 'An error', ...json(reference('schemas', schema)) }])),
      headers: {
        'x-request-id': { description: 'The id of the request, as the log has it', schema: { type: 'string' } },
        'x-first-cluster': { description: 'The cluster that answered', schema: { type: 'string' } },
        'x-first-attempts': { description: 'How many places were asked', schema: { type: 'integer' } },
      },
    },
  }
}

const reference = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` })
const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } })

/** In Fastify's words `:cluster` and `*`. */
function pathOf({ path }: GatewayRoute): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{model}')
}

function operationOf(route: GatewayRoute): Json {
  const described: Described = describedOf(route)
  const path = pathOf(route)
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, description: parameters[name] ?? '', schema: { type: 'string' } }))
  const asked = Object.entries(described.query ?? {}).map(([name, description]) => ({ name, in: 'query', description, schema: { type: 'string' } }))
  const all = [...named, ...asked]
  return {
    operationId: `${route.method.toLowerCase()}${path.replaceAll(/[^A-Za-z]+/g, '_').replace(/_$/, '')}`,
    summary: described.summary,
    tags: [described.tag],
    ...(described.isOpen && { security: [] }),
    ...(all.length > 0 && { parameters: all }),
    ...(route.serve === 'infer' && { requestBody: requestBodyOf(operations[route.operation]) }),
    ...(route.serve === 'order' && { requestBody: requestBodyOf(orders[route.wish]) }),
    ...(described.body !== undefined && { requestBody: requestBodyOf(described.body) }),
    responses: responsesOf(route, described),
  }
}

function describedOf(route: GatewayRoute): Described {
  if (route.serve === 'infer') return operations[route.operation]
  return route.serve === 'order' ? orders[route.wish] : plainRoutes[route.serve]
}

function requestBodyOf({ request, example, isForm }: DescribedBody): Json {
  return { required: true, content: { [isForm === true ? 'multipart/form-data' : 'application/json']: { schema: reference('schemas', request), example } } }
}

const errorStatuses = ['400', '401', '403', '404', '429', '503']
const errorSchemas = { openai: 'OpenAIError', first: 'FirstError', anthropic: 'AnthropicError' } as const
const errorName = (shape: string): string => `${shape}Error`

function responsesOf(route: GatewayRoute, { answer, isOpen }: Described): Json {
  const headers = Object.fromEntries(['x-request-id', ...(route.serve === 'infer' ? ['x-first-cluster', 'x-first-attempts'] : [])].map((name) => [name, reference('headers', name)]))
  const isStreamable = route.serve === 'infer' && operations[route.operation].isStreamable === true
  const content = {
    ...answerContent(answer),
    ...(isStreamable && { 'text/event-stream': { schema: { type: 'string', description: 'The events of the protocol, where "stream" is true' } } }),
  }
  const failed = reference('responses', errorName(shapeOf(route.path)))
  return { 200: { description: 'Done', headers, content }, ...(isOpen ? {} : Object.fromEntries(errorStatuses.map((status) => [status, failed]))) }
}

function answerContent(answer: Described['answer']): Json {
  if (answer === 'text') return { 'text/plain': { schema: { type: 'string' } } }
  return answer === 'bytes' ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } : { 'application/json': { schema: reference('schemas', answer) } }
}

/** In the words of forms, which nest by brackets. */
const newFile: Json = {
  type: 'object',
  required: ['file', 'purpose'],
  properties: {
    file: { type: 'string', format: 'binary', description: 'A .jsonl file: one request on each line' },
    purpose: { type: 'string', enum: ['batch'] },
    'expires_after[anchor]': { type: 'string', enum: ['created_at'] },
    'expires_after[seconds]': { type: 'integer', minimum: 3600, maximum: 2_592_000 },
  },
}

function schemas(): Json {
  const requests = operation.options.map((asked): [string, Json] => [operations[asked].request, requestSchema(asked)])
  const answered = Object.entries(answers).map(([name, schema]): [string, Json] => [name, jsonSchema(schema, 'output')])
  const ordered = Object.entries({ DeploymentOrder: deploymentOrder, ScaleOrder: scaleOrder, NewBatch: newBatchBody, NewFirstBatch: firstBatchBody }).map(([name, schema]): [string, Json] => [name, jsonSchema(schema, 'input')])
  return Object.fromEntries([...requests, ...ordered, ['NewFile', newFile], ...answered])
}

function requestSchema(asked: Operation): Json {
  return { description: 'Fields that are not listed are passed on to the engine.', ...jsonSchema(requestSchemas[asked], 'input') }
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return Object.fromEntries(Object.entries(made).filter(([key]) => !key.startsWith('$') && !key.startsWith('~')))
}
