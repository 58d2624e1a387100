import { describe, expect, it } from 'vitest'
import { createSseParser } from '@main/translate/sse'

describe('a stream of events', () => {
  it('is given up where an event has no end, however its lines are cut', () => {
    const megabyte = Buffer.alloc(2 ** 20, 'a')
    for (const piece of [megabyte, Buffer.concat([Buffer.from('data: '), megabyte, Buffer.from('\n')])]) {
      const parser = createSseParser()
      const push = (times: number): void => {
        for (let count = 0; count < times; count++) parser.push(piece)
      }
      push(15)
      expect(() => push(2)).toThrow(expect.objectContaining({ code: 'upstream_garbled' }) as Error)
    }
  })

  it('may be as long as it likes in events that end', () => {
    const parser = createSseParser()
    const event = Buffer.from(`data: ${'a'.repeat(2 ** 20)}\n\n`)
    let count = 0
    for (let times = 0; times < 20; times++) count += parser.push(event).length
    expect(count).toBe(20)
    expect(parser.hasTornEvent).toBe(false)
  })

  it('takes a return at the end of a piece for the end of a line once the next piece is there', () => {
    const parser = createSseParser()
    expect([...parser.push(Buffer.from('data: a\r')), ...parser.push(Buffer.from('x: b\r')), ...parser.push(Buffer.from('\rdata: c'))]).toEqual([{ data: 'a' }])
    expect(parser.hasTornEvent).toBe(true)
  })
})
