import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import { SseReader } from '@main/gateway/sse-reader'

const event = (value: object, end = '\n\n'): string => `data: ${JSON.stringify(value)}${end}`
const content = (text: string): object => ({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }], usage: null })
const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
const done = 'data: [DONE]\n\n'

function readAll(text: string, options: { hidesUsage: boolean; cuts?: readonly number[] }): { passed: string; reader: SseReader } {
  const reader = new SseReader(options)
  const bytes = Buffer.from(text)
  const cuts = [0, ...(options.cuts ?? []).map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length]
  const pieces = cuts.slice(1).map((cut, index) => bytes.subarray(cuts[index], cut))
  const passed = pieces.flatMap((piece) => (piece.length === 0 ? [] : (reader.push(piece) ?? [])))
  return { passed: Buffer.concat(passed).toString(), reader }
}

describe('a stream of chunks going by', () => {
  it('passes on the very bytes it was given', () => {
    const piece = Buffer.from(event(content('a')) + event(content('b')))
    expect(new SseReader({ hidesUsage: true }).push(piece)).toBe(piece)
  })

  it.each(['\n\n', '\r\n\r\n'])('is the same however its bytes are cut, events ending in %j', (end) => {
    const events = [event(content('sch\u00f6n \u2211'), end), `: a comment${end}`, event(last, end), event({ choices: [], usage }, end)]
    const doneEvent = `data: [DONE]${end}`
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) => {
        const { passed, reader } = readAll(events.join('') + doneEvent, { hidesUsage: true, cuts })
        expect(passed).toBe(events.slice(0, 3).join('') + doneEvent)
        expect(reader).toMatchObject({ isDone: true, isFinished: true, hasTornEvent: false, usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5, isEstimated: false } })
      }),
    )
  })

  it('passes on the chunk with usage when the caller asked for it', () => {
    const text = event(last) + event({ choices: [], usage }) + done
    expect(readAll(text, { hidesUsage: false }).passed).toBe(text)
  })

  it('reads usage that comes together with the last choice, and passes that chunk on', () => {
    const text = event({ ...last, usage }) + done
    const { passed, reader } = readAll(text, { hidesUsage: true })
    expect(passed).toBe(text)
    expect(reader.usage?.totalTokens).toBe(5)
  })

  it('takes a text that talks of usage, errors and [DONE] for a text', () => {
    const text = event(content('say "usage": {"total_tokens": 9}, "error", "finish_reason" and [DONE]'))
    const { passed, reader } = readAll(text, { hidesUsage: true })
    expect(passed).toBe(text)
    expect(reader).toMatchObject({ usage: undefined, isDone: false, isFinished: false, errorEvent: undefined })
  })

  it('keeps an error event to itself', () => {
    const { passed, reader } = readAll(event(content('a')) + event({ error: { message: 'out of memory' } }), { hidesUsage: true })
    expect(passed).toBe(event(content('a')))
    expect(reader.errorEvent).toContain('out of memory')
  })

  it.each([
    ['beside the choices', `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'error' }], error: { code: 502, message: 'out of memory' } })}\n\n`],
    ['by the name of the event', 'event: error\ndata: {"message":"out of memory"}\n\n'],
    ['in place of a chunk', 'data: {"object":"error","message":"out of memory","code":500}\n\n'],
  ])('keeps an error to itself that is told %s', (_where, error) => {
    const { passed, reader } = readAll(event(content('a')) + error, { hidesUsage: true })
    expect(passed).toBe(event(content('a')))
    expect(reader.errorEvent).toContain('out of memory')
  })

  it('passes on names of events, and fields called error that say nothing', () => {
    const text = `event: message\n${event({ ...content('a'), error: null })}${event({ ...content('b'), meta: { error: 'in a tool' } })}${done}`
    const { passed, reader } = readAll(text, { hidesUsage: true })
    expect(passed).toBe(text)
    expect(reader.errorEvent).toBeUndefined()
  })

  it('does not begin with a comment, which says nothing of an answer', () => {
    const reader = new SseReader({ hidesUsage: true })
    expect(reader.push(Buffer.from(': processing\n\n'))).toBeUndefined()
    expect(reader.push(Buffer.from(event(content('a'))))?.toString()).toBe(event(content('a')))
    expect(reader.push(Buffer.from(': still here\n\n'))?.toString()).toBe(': still here\n\n')
  })

  it('does not begin with what is not a chunk', () => {
    expect(() => new SseReader({ hidesUsage: true }).push(Buffer.from('data: hello\n\n'))).toThrow(FirstError)
  })

  it('joins a large event once, however many pieces it comes in', () => {
    const large = Buffer.from(event(content('x'.repeat(2 ** 20))))
    const reader = new SseReader({ hidesUsage: true })
    const passed = Array.from({ length: large.length / 16 }, (_, at) => reader.push(large.subarray(at * 16, at * 16 + 16)))
    const rest = reader.push(large.subarray(Math.floor(large.length / 16) * 16))
    expect([...passed, rest].filter((piece) => piece !== undefined).map(String)).toEqual([large.toString()])
  })

  it('keeps half an event back', () => {
    const { passed, reader } = readAll(`${event(content('a'))}data: {"choices":[{"ind`, { hidesUsage: true })
    expect(passed).toBe(event(content('a')))
    expect(reader.hasTornEvent).toBe(true)
  })

  it('gives up on an event that has no end', () => {
    const reader = new SseReader({ hidesUsage: true })
    const endless = Buffer.alloc(9 * 2 ** 20, 'x')
    reader.push(endless)
    expect(() => reader.push(endless)).toThrow(FirstError)
  })
})
