import { createTextGate } from '@main/engines/llama/text-gate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('a text gate', () => {
  it('lets a text without stop texts through as it grows', () => {
    const gate = createTextGate([])
    expect([gate.push('He'), gate.push('Hello'), gate.end('Hello!', false)]).toEqual(['He', 'llo', '!'])
  })

  it('holds back what may become a stop text, and lets it go when it does not', () => {
    const gate = createTextGate(['\nUser:'])
    expect([gate.push('Yes\nUs'), gate.push('Yes\nUsual')]).toEqual(['Yes', '\nUsual'])
  })

  it('shows nothing from a stop text on', () => {
    const gate = createTextGate(['END'])
    expect([gate.push('a EN'), gate.push('a END b'), gate.end('a END b', false)]).toEqual(['a ', '', ''])
  })

  it('drops half a character where a text was cut, and keeps a replacement character that a model wrote', () => {
    expect(createTextGate([]).end('ab\uFFFD\uFFFD', true)).toBe('ab')
    expect(createTextGate([]).end('ab\uFFFD', false)).toBe('ab\uFFFD')
  })

  it('shows the text up to the stop text that is whole first, however it is cut into pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 })
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), { maxLength: 3 })
    fc.assert(
      fc.property(letters, stops, fc.array(fc.nat(30)), (text, stopTexts, cuts) => {
        const gate = createTextGate(stopTexts)
        const growing = [...cuts].sort((a, b) => a - b).map((cut) => gate.push(text.slice(0, cut)))
        // Letter by letter, as a model writes.
        const whole = Array.from(text, (_, index) => text.slice(0, index + 1)).find((written) => stopTexts.some((stop) => written.endsWith(stop)))
        const longest = Math.max(0, ...stopTexts.filter((stop) => whole?.endsWith(stop)).map((stop) => stop.length))
        const first = whole === undefined ? text.length : whole.length - longest
        expect([...growing, gate.end(text, false)].join('')).toBe(text.slice(0, first))
      }),
      { numRuns: 2000 },
    )
  })
})
