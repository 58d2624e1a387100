import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locateJsonError } from '@main/gateway/json-position'

describe('the place where text stops being JSON', () => {
  it.each([
    ['', 1, 1, 'it ends too early'],
    ['hello', 1, 1, 'a value was expected'],
    ['{"a": 1,}', 1, 9, 'a name in double quotes was expected'],
    ['{"a" 1}', 1, 6, 'a colon was expected'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'a comma or a closing bracket was expected'],
    ["{'a': 1}", 1, 2, 'a name in double quotes or } was expected'],
    ['[1, 2', 1, 6, 'it ends too early'],
    ['[1, 2}', 1, 6, 'a comma or a closing bracket was expected'],
    ['{"a": "b', 1, 7, 'a string begins that is not a valid one'],
    ['{} {}', 1, 4, 'there is something after the end'],
    ['{"a": 01}', 1, 7, 'a value was expected'],
    ['{"a": truely}', 1, 7, 'a value was expected'],
  ])('%j: line %i, column %i', (text, line, column, problem) => {
    expect(() => JSON.parse(text) as unknown).toThrow()
    expect(locateJsonError(text)).toEqual({ line, column, problem })
  })

  it('is found in a string of megabytes that does not end', () => {
    expect(locateJsonError(`{"a":"${'x\\n'.repeat(2_000_000)}`)).toMatchObject({ line: 1, column: 6 })
  })

  it('is the cut, wherever JSON is cut short', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        const short = text.slice(0, cut % text.length)
        let isJson = true
        try {
          JSON.parse(short)
        } catch {
          isJson = false
        }
        fc.pre(!isJson)
        expect(locateJsonError(short).column).toBeLessThanOrEqual(short.length + 1)
      }),
    )
  })
})
