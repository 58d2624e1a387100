import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { found, reportOf, requestLine } from './support'

const text = fc.string({ unit: 'binary' })
const message = fc.record({ role: fc.constantFrom('user', 'system'), content: text })
const body = fc.record({ model: fc.constant('a/b'), messages: fc.array(message, { minLength: 1, maxLength: 3 }), max_tokens: fc.integer({ min: 1, max: 4096 }) }, { requiredKeys: ['model', 'messages'] })
const ids = fc.uniqueArray(text.filter((id) => id !== '' && id.length <= 512), { minLength: 1, maxLength: 150 })
const rightLines = ids.chain((names) => fc.tuple(...names.map((name) => body.map((made) => requestLine(name, { body: made })))))
const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\n \r\n')
const chunks = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 })

/** Right lines, wrong ones, lines that come twice, and bytes of any kind. */
const anyFile = fc
  .tuple(fc.boolean(), fc.array(fc.oneof({ weight: 4, arbitrary: rightLines.map((lines) => Buffer.from(lines.join('\n'))) }, fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))), { minLength: 1, maxLength: 4 }), lineEnd)
  .map(([isMarked, parts, end]) => Buffer.concat([Buffer.from(isMarked ? '\uFEFF' : ''), ...[...parts, parts[0] ?? Buffer.alloc(0)].flatMap((part) => [part, Buffer.from(end)])]))

describe('the check of a batch file', () => {
  test('says the same however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, chunks, async (file, lengths) => {
        expect(await reportOf(file, { chunks: lengths })).toEqual(await reportOf(file))
      }),
      { numRuns: 60 },
    )
  })

  test('finds nothing in lines that are right', async () => {
    await fc.assert(
      fc.asyncProperty(rightLines, lineEnd, chunks, async (lines, end, lengths) => {
        const report = await reportOf(lines.join(end), { chunks: lengths })
        expect(report).toMatchObject({ findings: [], requests: lines.length, errors: 0 })
      }),
      { numRuns: 60 },
    )
  })

  test('names the line that was spoilt, and no other', async () => {
    const spoil: readonly [string, (line: string, all: readonly string[]) => string][] = [
      ['invalid_json_line', (line) => line.slice(0, -1)],
      ['invalid_json_line', (line) => `${line}\0`],
      ['missing_required_parameter', (line) => line.replace('"url"', '"uri"')],
      ['invalid_request', (line) => line.replace('"POST"', '"post"')],
      ['missing_required_parameter', (line) => line.replace('"messages"', '"message"')],
      ['duplicate_custom_id', (_, all) => all[0] ?? ''],
    ]
    await fc.assert(
      fc.asyncProperty(rightLines, fc.nat(), fc.constantFrom(...spoil), chunks, async (lines, place, [code, change], lengths) => {
        const right = [requestLine('\u0000first'), ...lines]
        const at = 1 + (place % lines.length)
        const file = right.with(at, change(right[at] ?? '', right)).join('\n')
        expect(await found(file, { chunks: lengths })).toEqual([`${at + 1} ${code}`])
      }),
      { numRuns: 150 },
    )
  })

  test('finds each id that comes again, as a list of all ids would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 400 }), chunks, fc.integer(), async (numbers, lengths, seed) => {
        const again = numbers.flatMap((number, index) => (numbers.indexOf(number) < index ? [`${index + 1} duplicate_custom_id`] : []))
        expect(await found(numbers.map((number) => requestLine(`id-${number}`)).join('\n'), { chunks: lengths, seed })).toEqual(again)
      }),
      { numRuns: 40 },
    )
  })
})
