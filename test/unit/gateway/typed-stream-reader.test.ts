import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import { TypedStreamReader } from '@main/gateway/typed-stream-reader'

const event = (type: string, rest: object = {}): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`
const message = [
  event('message_start', { message: { usage: { input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 1 } } }),
  event('content_block_delta', { delta: { text: 'sch\u00f6n' } }),
  event('message_delta', { usage: { output_tokens: 9 } }),
  event('message_stop'),
]

describe('a stream of named events going by', () => {
  it('is the same however its bytes are cut, with usage from its beginning and its end', () => {
    const bytes = Buffer.from(message.join(''))
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const reader = new TypedStreamReader('messages')
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        const passed = edges.slice(1).map((edge, at) => reader.push(bytes.subarray(edges[at], edge))).join('')
        expect(passed).toBe(message.join(''))
        expect(reader).toMatchObject({ isDone: true, hasTornEvent: false, usage: { promptTokens: 10, completionTokens: 9, totalTokens: 19, isEstimated: false } })
      }),
    )
  })

  it('counts the events that it passed on, however many came at once', () => {
    const reader = new TypedStreamReader('messages')
    reader.push(Buffer.from(message.join('')))
    expect(reader.passed).toBe(message.length)
  })

  it('is not done before its last event', () => {
    const reader = new TypedStreamReader('messages')
    reader.push(Buffer.from(`${message[0] ?? ''}event: message_st`))
    expect(reader).toMatchObject({ isDone: false, hasTornEvent: true })
  })

  it('keeps the error of the server to itself and tells the gateway\'s in its place in the order', () => {
    const reader = new TypedStreamReader('responses')
    expect(reader.push(Buffer.from(event('response.created', { response: {} }) + event('error', { message: 'secret path' })))).toBe(event('response.created', { response: {} }))
    expect(reader.errorEvent).toContain('secret path')
    expect(reader.errorEvents(new FirstError('upstream_error', 'It failed.'))).toBe(
      'event: error\ndata: {"type":"error","code":"upstream_error","message":"It failed.","param":null,"sequence_number":1}\n\n',
    )
  })

  it('gives the usage of a whole response at its end', () => {
    const reader = new TypedStreamReader('responses')
    reader.push(Buffer.from(event('response.completed', { response: { usage: { input_tokens: 4, output_tokens: 6 } } })))
    expect(reader).toMatchObject({ isDone: true, usage: { promptTokens: 4, completionTokens: 6, totalTokens: 10 } })
  })

  it('marks what a message says at its beginning as estimated', () => {
    const reader = new TypedStreamReader('messages')
    reader.push(Buffer.from(message.slice(0, 2).join('')))
    expect(reader.usage).toEqual({ promptTokens: 10, completionTokens: 1, totalTokens: 11, isEstimated: true })
  })

  it('is refused where its events have no names', () => {
    expect(() => new TypedStreamReader('messages').push(Buffer.from('data: {"choices":[]}\n\n'))).toThrow(expect.objectContaining({ code: 'upstream_garbled' }))
  })
})
