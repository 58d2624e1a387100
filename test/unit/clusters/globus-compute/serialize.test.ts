import { describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import { readPickledText } from '@main/clusters/globus-compute/read-pickle'
import { readResult } from '@main/clusters/globus-compute/read-result'
import { pack, packArguments, packSource, unpack } from '@main/clusters/globus-compute/serialize'

const pickled = (base64: string): string => `00\n${base64}\n`
/** Of `{"a": 1}`, from wire/globus.md. */
const small = 'gASVDAAAAAAAAACMCHsiYSI6IDF9lC4='

describe('what is sent to Globus Compute', () => {
  it('is packed as the SDK packs it', () => {
    expect(packArguments([{ model_params: { model: 'm', n: 1 } }])).toBe('41\n11\n[{"model_params":{"model":"m","n":1}}]5\n11\n{}')
    expect(packSource('def f(parameters):\n    import json\n    return json.dumps({"ok": parameters})\n')).toEqual({
      name: 'f',
      code: '82\nst\nf:def f(parameters):\n    import json\n    return json.dumps({"ok": parameters})\n',
    })
  })

  it('names the first function of a source, whatever stands before it', () => {
    expect(packSource('import json\n\ndef answer (p):\n  pass\ndef other(p):\n  pass\n').name).toBe('answer')
  })

  it('counts code points, and escapes arguments so that nobody counts otherwise', () => {
    expect(pack(['st\nf:# 🙂'])).toBe('8\nst\nf:# 🙂')
    expect(packArguments(['é🙂'])).toBe('25\n11\n["\\u00e9\\ud83d\\ude42"]5\n11\n{}')
  })

  it('comes apart again', () => {
    expect(unpack(pack(['11\n"🙂"', '00\nx']))).toEqual(['11\n"🙂"', '00\nx'])
    expect(unpack('9\n11\n{}')).toBeUndefined()
    expect(unpack('eleven')).toBeUndefined()
  })
})

describe('a result', () => {
  it.each([
    ['JSON', '11\n{"a": 1}'],
    ['JSON text in JSON', '11\n"{\\"a\\": 1}"'],
    ['a pickled text', pickled(small)],
    ['both forms', `13\n${pack(['11\n{"a": 1}', pickled(small)])}`],
    ['both forms, the pickle alone readable', `13\n${pack([pickled(small)])}`],
  ])('is read: %s', (_name, result) => {
    expect(readResult(result)).toEqual({ a: 1 })
  })

  it('is read where Python wrote numbers that JSON lacks, and texts stay as they are', () => {
    expect(readResult('11\n{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \\" Infinity"}')).toEqual({ a: null, b: [null, null], c: 'NaN " Infinity' })
  })

  it.each([['11\n{"a":'], ['01\nabc'], ['00\ngASMAWGUhZQu'], [''], ['13\nx']])('of another form is refused: %j', (result) => {
    expect(() => readResult(result)).toThrow(FirstError)
  })
})

describe('a pickle of a text', () => {
  const proto = [0x80, 4]
  const bytes = (...parts: (number | string)[]): Buffer => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))))

  it('is read with short, long and very long texts', () => {
    expect(readPickledText(bytes(...proto, 0x8c, 2, 'ab', 0x94, 0x2e))).toBe('ab')
    expect(readPickledText(bytes(...proto, 0x58, 3, 0, 0, 0, 'é!', 0x94, 0x2e))).toBe('é!')
    expect(readPickledText(bytes(...proto, 0x8d, 1, 0, 0, 0, 0, 0, 0, 0, 'x', 0x94, 0x2e))).toBe('x')
  })

  it.each([
    ['of a call', bytes(...proto, 0x8c, 2, 'os', 0x8c, 6, 'system', 0x93, 0x2e)],
    ['of two texts', bytes(...proto, 0x8c, 1, 'a', 0x8c, 1, 'b', 0x2e)],
    ['of a number', bytes(...proto, 0x4b, 1, 0x2e)],
    ['with more behind its end', bytes(...proto, 0x8c, 1, 'a', 0x2e, 0)],
    ['that is cut', bytes(...proto, 0x58, 255, 255, 255, 255, 'a')],
    ['without an end', bytes(...proto, 0x8c, 1, 'a')],
    ['of nothing', bytes()],
  ])('%s is none', (_name, pickle) => {
    expect(readPickledText(pickle)).toBeUndefined()
  })
})
