import { firstBatchToWire, firstResultOf } from '@shared/first/batches'
import { batchToWire, wireBatch, windowMs } from '@shared/openai/batches'
import { pageOf } from '@shared/openai/page'
import type { Batch } from '@shared/domain/batch'
import { describe, expect, it } from 'vitest'

const base: Batch = { id: 'batch_1', name: 'a.jsonl', owner: 'me', endpoint: '/v1/embeddings', models: [], status: 'validating', isPaused: false, createdAtMs: 10_999, expiresAtMs: 3_610_999, total: 0, completed: 0, failed: 0, errors: [], inputFileId: 'file-1', seq: 1 }

describe('the time of a batch', () => {
  it.each([['24h', 24], ['1h', 1], ['7d', 168], ['720h', 720]])('%s is %i hours', (window, hours) => {
    expect(windowMs(window)).toBe(hours * 3_600_000)
  })
  it.each(['', '24', '1w', '-1h', '1.5h', ' 24h', '1000h'])('"%s" is none', (window) => {
    expect(windowMs(window)).toBeNaN()
  })
})

describe('a batch in OpenAI\'s shape', () => {
  it('counts whole seconds, and leaves nothing out', () => {
    const wire = batchToWire(base)
    expect(wireBatch.strict().parse(wire)).toEqual(wire)
    expect(wire).toMatchObject({ created_at: 10, expires_at: 3610, completion_window: '1h', model: null, errors: null, metadata: null, output_file_id: null })
  })

  it.each([['completed', 'completed_at'], ['failed', 'failed_at'], ['expired', 'expired_at'], ['cancelled', 'cancelled_at']] as const)('that is %s has one time of its end', (status, field) => {
    const wire = batchToWire({ ...base, status, endedAtMs: 20_000 })
    expect([wire.completed_at, wire.failed_at, wire.expired_at, wire.cancelled_at].filter((at) => at !== null)).toEqual([20])
    expect(wire[field]).toBe(20)
  })

  it('says what is ours only while it is so', () => {
    expect(batchToWire({ ...base, isPaused: true, waits: 'No place.', note: 'One by one.' })).toMatchObject({ paused: true, waits: 'No place.', note: 'One by one.' })
    expect(Object.keys(batchToWire({ ...base, isPaused: true, status: 'cancelled', endedAtMs: 1 }))).toEqual(Object.keys(batchToWire(base)))
  })

  it('tells a mistake with what to do about it', () => {
    const { errors } = batchToWire({ ...base, errors: [{ line: null, code: 'empty_file', message: 'Nothing.', fix: 'Choose another.' }] })
    expect(errors).toEqual({ object: 'list', data: [{ code: 'empty_file', message: 'Nothing. Choose another.', param: null, line: null }] })
  })
})

describe('a batch in FIRST\'s shape', () => {
  it('that ran anywhere has the cluster that did most', () => {
    expect(firstBatchToWire({ ...base, byCluster: { a: 1, b: 5 } })).toMatchObject({ cluster: 'b', framework: '', input_file: 'file-1', in_progress_at: null })
    expect(firstBatchToWire({ ...base, place: { cluster: 'c', framework: 'vllm' }, byCluster: { c: 1 }, paths: { input: '/x' } })).toMatchObject({ cluster: 'c', framework: 'vllm', input_file: '/x' })
  })

  it('divides by no time', () => {
    expect(firstResultOf({ ...base, inProgressAtMs: 5, endedAtMs: 5, outputFileId: 'file-2', usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0 } }).metrics).toEqual({ response_time: 0, throughput_tokens_per_second: 0, total_tokens: 2, num_responses: 0, lines_processed: 0 })
  })
})

describe('a page of a list', () => {
  const all = ['a', 'b', 'c'].map((id) => ({ id }))
  it('goes on after an entry, and ends', () => {
    expect(pageOf(all, { limit: 2 })).toEqual({ object: 'list', data: all.slice(0, 2), first_id: 'a', last_id: 'b', has_more: true })
    expect(pageOf(all, { limit: 2, after: 'a' })).toMatchObject({ first_id: 'b', last_id: 'c', has_more: false })
    expect(pageOf(all, { limit: 2, after: 'c' })).toEqual({ object: 'list', data: [], first_id: null, last_id: null, has_more: false })
    expect(pageOf(all, { limit: 2, after: 'z' })).toBeUndefined()
  })
})
