import { condense } from '@main/batches/validate/condense'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chatBody, found, reportOf, requestLine } from './support'

const parsed = (json: string): unknown => {
  const condensed = condense(Buffer.from(json))
  return typeof condensed === 'string' ? condensed : JSON.parse(condensed.bytes.toString('utf8'))
}
const long = fc.string({ unit: 'binary', minLength: 0, maxLength: 40 }).chain((part) => fc.integer({ min: 0, max: 400 }).map((times) => part.repeat(times)))

describe('a long line that is condensed', () => {
  test('is the same JSON, each long string cut to a beginning of it', () => {
    fc.assert(
      fc.property(fc.array(long, { maxLength: 5 }), (texts) => {
        const cut = parsed(JSON.stringify({ texts, end: 1 })) as { texts: string[]; end: number }
        expect(cut.end).toBe(1)
        expect(cut.texts).toHaveLength(texts.length)
        for (const [index, text] of texts.entries()) {
          const kept = cut.texts[index] ?? ''
          expect(text.startsWith(kept)).toBe(true)
          if (kept !== text) expect(kept.length).toBeGreaterThan(680)
        }
      }),
    )
  })

  test('is a fraction of itself', () => {
    const condensed = condense(Buffer.from(JSON.stringify({ picture: 'A'.repeat(5_000_000), words: 'one two '.repeat(10_000) })))
    expect(condensed).toMatchObject({ omittedTextBytes: 80_000 - 4096 })
    expect(typeof condensed === 'string' ? undefined : condensed.bytes.length).toBeLessThan(9000)
  })

  test.each([
    ['a tab inside', `{"a":"${'x'.repeat(9000)}\t"}`],
    ['an escape that there is not', `{"a":"${'x'.repeat(9000)}\\x"}`],
    ['half an escape', `{"a":"${'x'.repeat(9000)}\\u12"}`],
    ['no end', `{"a":"${'x'.repeat(9000)}`],
  ])('is as wrong as before: %s', (_, json) => {
    expect(() => JSON.parse(json) as unknown).toThrow()
    expect(condense(Buffer.from(json))).toBe('invalid')
  })
})

describe('a line of megabytes', () => {
  const pictures = (id: string, change: object = {}) =>
    requestLine(id, { body: { ...chatBody, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(3_000_000)}` } }] }], ...change } })

  test('is checked as any other', async () => {
    expect(await found([pictures('a'), pictures('b', { temperature: 3 }), pictures('a')].join('\n'), { chunks: [100_000] })).toEqual(['2 invalid_request', '3 duplicate_custom_id'])
  })

  test('is counted by all of its text', async () => {
    const { tokens } = await reportOf(requestLine('a', { body: { ...chatBody, messages: [{ role: 'user', content: 'four '.repeat(400_000) }] } }))
    expect(tokens.input).toBeGreaterThan(300_000)
    expect(tokens.input).toBeLessThan(600_000)
  })

  test('that holds more than anybody would send is refused before it is parsed', async () => {
    for (const note of [Array.from({ length: 600_000 }, () => []), Array.from({ length: 2_000_000 }, () => 12345678)]) {
      const { findings } = await reportOf(requestLine('a', { note }), { rules: { bodyLimitBytes: 2 ** 25 } })
      expect(findings).toMatchObject([{ line: 1, code: 'invalid_request' }])
      expect(findings[0]?.message).toContain('The line holds too much to be read')
    }
  })

  test('that is cut or has zeros in it is not JSON', async () => {
    const line = pictures('a')
    expect(await found(`${line.slice(0, 2_000_000)}\n${line.slice(0, 2_000_000)}${'\0'.repeat(10)}`)).toEqual(['1 invalid_json_line', '2 invalid_json_line'])
  })
})
