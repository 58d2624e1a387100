import { describe, expect, it } from 'vitest'
import type { ModelInfo, Operation } from '@shared/domain/model'
import type { Lease } from '@main/federation/directory'
import type { InferenceRequest } from '@main/gateway/inference-request'
import { operationFor, passageTo } from '@main/gateway/passage'

const info: ModelInfo = { id: 'm', cluster: 'lab', framework: 'vllm', status: 'live' }
const lease = (operations?: readonly Operation[], refuses: readonly string[] = []): Lease => ({
  baseUrl: 'http://127.0.0.1:1/v1',
  headers: {},
  model: 'm',
  profile: { ...(operations !== undefined && { operations }), refused: (_operation, fields) => fields.filter((field) => refuses.includes(field)), learn: () => undefined },
  release: () => undefined,
})
const request = (operation: Operation, fields: Record<string, unknown>): InferenceRequest => ({
  operation,
  model: 'm',
  isStreamed: fields['stream'] === true,
  wantsUsage: false,
  bytes: Buffer.from(JSON.stringify(fields)),
  fields,
})
const answer = { requestId: 'req_abc', nowMs: 1000 }
const body = (bytes: Buffer): unknown => JSON.parse(bytes.toString())

describe('the way of a request to a place', () => {
  it.each([
    ['chat_completions', undefined, 'chat_completions'],
    ['responses', undefined, 'chat_completions'],
    ['messages', ['responses', 'messages'], 'messages'],
    ['chat_completions', ['messages'], 'messages'],
    ['messages', ['responses'], 'responses'],
    ['embeddings', ['chat_completions'], undefined],
    ['count_tokens', undefined, undefined],
  ] as const)('asked for %s a place with %s is asked for %s', (asked, served, expected) => {
    expect(operationFor(asked, served)).toBe(expected)
  })

  it('in the protocol it came in sends the very bytes', () => {
    const asked = request('responses', { model: 'm', input: 'hi', previous_response_id: 'resp_of_the_place' })
    const { profile, ...place } = lease(['responses'])
    expect(passageTo({ ...place, profile: { ...profile!, keepsResponses: true } }, info, asked, answer)).toMatchObject({ operation: 'responses', body: asked.bytes, dropped: [] })
  })

  it('in another protocol says which fields do not get there', () => {
    const asked = request('messages', { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], top_k: 4, service_tier: 'auto' })
    const passage = passageTo(lease(['chat_completions'], ['top_k']), info, asked, answer)
    expect(passage.operation).toBe('chat_completions')
    expect(body(passage.body)).toEqual({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] })
    expect(passage.dropped).toEqual(expect.arrayContaining(['top_k', 'service_tier']))
  })

  it('asks a place that cannot stream for a whole answer, to be told as a stream', () => {
    const asked = request('chat_completions', { model: 'm', messages: [{ role: 'user', content: 'hi' }], stream: true })
    const passage = passageTo(lease(['chat_completions']), { ...info, capabilities: { hasStreaming: false } }, asked, answer)
    expect(passage).toMatchObject({ isStreamed: false, translation: {} })
    expect(body(passage.body)).not.toHaveProperty('stream')
  })

  it('ends at a place that does not know the answer to go on from', () => {
    const asked = request('responses', { model: 'm', input: 'hi', previous_response_id: 'resp_1' })
    for (const served of ['chat_completions', 'responses'] as const) expect(() => passageTo(lease([served]), info, asked, answer)).toThrow(expect.objectContaining({ code: 'previous_response_not_found', param: 'previous_response_id' }))
  })

  it('ends at a place that does not know the item which the input refers to', () => {
    const asked = request('responses', { model: 'm', input: [{ type: 'item_reference', id: 'msg_1' }] })
    for (const served of ['chat_completions', 'responses'] as const) expect(() => passageTo(lease([served]), info, asked, answer)).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'input', message: expect.stringContaining('msg_1') as string }))
  })
})
