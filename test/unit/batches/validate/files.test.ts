import { describe, expect, test } from 'vitest'
import { chatBody, found, reportOf, requestLine } from './support'

const three = [requestLine('a'), requestLine('b'), requestLine('c')]

describe('a batch file', () => {
  test('is counted: lines, requests, endpoints, models, tokens, bytes and their hash', async () => {
    const file = `${requestLine('a', { body: { ...chatBody, max_tokens: 10 } })}\n\n${requestLine('b')}\n`
    const { tokens, ...report } = await reportOf(file)
    expect(report).toEqual({
      bytes: file.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      lines: 3,
      blankLines: 1,
      requests: 2,
      bareRequests: 0,
      endpoints: [{ endpoint: '/v1/chat/completions', requests: 2 }],
      models: [{ model: 'a/b', requests: 2 }],
      otherModelRequests: 0,
      text: { hasByteOrderMark: false, lineEnds: 'lf', endsWithNewline: true },
      findings: [],
      findingCounts: [],
      errors: 0,
    })
    expect(tokens).toMatchObject({ maxOutput: 10, unlimitedRequests: 1 })
    expect(tokens.input).toBeGreaterThan(8)
    expect(tokens.input).toBeLessThan(30)
  })

  test.each([
    ['a byte-order mark', `\uFEFF${three.join('\n')}\n`, { hasByteOrderMark: true, lineEnds: 'lf', endsWithNewline: true }],
    ['lines that end as on Windows', three.map((line) => `${line}\r\n`).join(''), { hasByteOrderMark: false, lineEnds: 'crlf', endsWithNewline: true }],
    ['both kinds of ends', `${three.join('\r\n')}\n`, { hasByteOrderMark: false, lineEnds: 'mixed', endsWithNewline: true }],
    ['blank lines', `\n \t\n${three.join('\n\r\n')}\n\n`, { hasByteOrderMark: false, lineEnds: 'mixed', endsWithNewline: true }],
    ['no newline at its end', three.join('\n'), { hasByteOrderMark: false, lineEnds: 'lf', endsWithNewline: false }],
  ])('may have %s', async (_, file, text) => {
    expect(await reportOf(file)).toMatchObject({ requests: 3, errors: 0, text })
  })

  test('that ends in the middle of a line has that line named', async () => {
    expect(await found(three.join('\n').slice(0, -20))).toEqual(['3 invalid_json_line'])
  })

  test.each([
    ['nothing', ''],
    ['a byte-order mark alone', '\uFEFF'],
    ['blank lines alone', '\n  \r\n\n'],
  ])('with %s in it is empty', async (_, file) => {
    expect(await found(file)).toEqual(['0 empty_file'])
  })

  test('has each id that comes again named, with the line that had it first', async () => {
    const { findings } = await reportOf([...three, requestLine('b'), requestLine('d'), requestLine('b')].join('\n'))
    expect(findings).toMatchObject([
      { line: 4, code: 'duplicate_custom_id', customId: 'b', message: 'The custom_id "b" is that of line 2 too.' },
      { line: 6, code: 'duplicate_custom_id', customId: 'b', message: 'The custom_id "b" is that of line 2 too.' },
    ])
  })

  test('may not give the name of a bare body to another line', async () => {
    expect(await found(`${JSON.stringify(chatBody)}\n${requestLine('request-1')}\n`)).toEqual(['1 bare_body', '2 duplicate_custom_id'])
  })

  test('with more requests than are taken is refused once, at the first beyond', async () => {
    expect(await found(three.join('\n'), { rules: { maxRequests: 1 } })).toEqual(['2 too_many_tasks'])
    expect(await found(three.join('\n'), { rules: { maxRequests: 3 } })).toEqual([])
  })

  test('in which each line is wrong has the first errors kept and all of them counted', async () => {
    const file = Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? '{' : requestLine(`id-${index}`, { method: 'PUT' }))).join('\n').replace('{', '{}')
    const { findings, findingCounts, errors } = await reportOf(file, { rules: { maxFindings: 10 } })
    expect(findings.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(Object.fromEntries(findingCounts.map(({ code, count }) => [code, count]))).toEqual({ invalid_json_line: 249, invalid_request: 251 })
    expect(errors).toBe(500)
  })

  test('of bare bodies has that said three times, and counted', async () => {
    const report = await reportOf(Array.from({ length: 50 }, () => JSON.stringify(chatBody)).join('\n'))
    expect(report).toMatchObject({ requests: 50, bareRequests: 50, errors: 0, findingCounts: [{ code: 'bare_body', count: 50 }] })
    expect(report.findings).toHaveLength(3)
  })

  test('of very many models has a hundred counted one by one', async () => {
    const file = Array.from({ length: 120 }, (_, index) => requestLine(`id-${index}`, { body: { ...chatBody, model: `m-${index}` } })).join('\n')
    const { models, otherModelRequests } = await reportOf(file, { rules: { allowsManyModels: true } })
    expect([models.length, otherModelRequests]).toEqual([100, 20])
  })

  test('with a line that is too long has it named, unread, and the next ones checked', async () => {
    const rules = { bodyLimitBytes: 1000, imageBodyLimitBytes: 1000 }
    const file = [requestLine('a'), `{"x":"${'y'.repeat(200_000)}"}`, requestLine('b'), requestLine('a')].join('\n')
    expect(await found(file, { rules, chunks: [700] })).toEqual(['2 invalid_request', '4 duplicate_custom_id'])
  })

  test('tells how far it has come', async () => {
    const file = three.join('\n')
    const steps: number[] = []
    await reportOf(file, { chunks: [100], onProgress: ({ bytes, totalBytes }) => steps.push(bytes / totalBytes) })
    expect(steps).toEqual(steps.toSorted((one, other) => one - other))
    expect(steps.at(-1)).toBe(1)
  })

  test('with more ids than are held says how far it looked', async () => {
    const report = await reportOf([...three, requestLine('a'), requestLine('c')].join('\n'), { maxIds: 2 })
    expect(report).toMatchObject({ duplicatesCheckedUpTo: 2, findings: [{ line: 4 }] })
  })
})

describe('a file that is no batch', () => {
  test.each([
    ['a zip archive', Buffer.from('PK\x03\x04rest'), 'a zip archive'],
    ['a gzip file', Buffer.from([0x1f, 0x8b, 8, 0]), 'compressed with gzip'],
    ['a PNG image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), 'a PNG image'],
    ['a JPEG image', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'a JPEG image'],
    ['a PDF document', Buffer.from('%PDF-1.7\n'), 'a PDF document'],
    ['a tar archive', Buffer.concat([Buffer.alloc(257, 'x'), Buffer.from('ustar')]), 'a tar archive'],
    ['UTF-16 with a mark', Buffer.from('\uFEFF{"a":1}\n', 'utf16le'), 'UTF-16'],
    ['UTF-16 without one', Buffer.from('{"a":1}\n', 'utf16le'), 'UTF-16'],
    ['UTF-16 the other way round', Buffer.from('{"a":1}\n', 'utf16le').swap16(), 'UTF-16'],
    ['a JSON list', Buffer.from(`\n [${requestLine('a')}]`), 'a JSON list'],
    ['JSON over several lines', Buffer.from(JSON.stringify({ custom_id: 'a' }, undefined, 2)), 'over several lines'],
  ])('is known by its first bytes: %s', async (_, file, words) => {
    const { findings, sha256 } = await reportOf(file)
    expect(findings).toMatchObject([{ line: null, code: 'unsupported_file' }])
    expect(findings[0]?.message).toContain(words)
    expect(sha256).toBeUndefined()
  })
})
