import { createLineValidator } from '@main/batches/validate/line-validator'
import { batchRules, type BatchRules } from '@shared/domain/batch-report'
import { describe, expect, test } from 'vitest'
import { chatBody, requestLine } from './support'

const validatorFor = (rules: Partial<BatchRules> = {}) => createLineValidator({ rules: batchRules.parse(rules), earlierLineOf: () => undefined })
const check = (line: string | Buffer, rules?: Partial<BatchRules>) => validatorFor(rules).check(line, 3)
const body = (change: object): string => requestLine('a', { body: { ...chatBody, ...change } })

describe('a line of a batch file', () => {
  test('that is right has nothing to be said of it, and says what it asks for', () => {
    expect(check(body({ max_tokens: 50, n: 2 }))).toEqual({
      findings: [],
      hasError: false,
      isBare: false,
      customId: 'a',
      endpoint: '/v1/chat/completions',
      model: 'a/b',
      tokens: { input: expect.any(Number) as number, maxOutput: 100 },
    })
  })

  test.each([
    ['custom_id left out', requestLine('a', { custom_id: undefined }), 'missing_required_parameter', 'custom_id'],
    ['a number as custom_id', requestLine('a', { custom_id: 7 }), 'invalid_request', 'custom_id'],
    ['an empty custom_id', requestLine(''), 'invalid_request', 'custom_id'],
    ['a custom_id of 513 characters', requestLine('a'.repeat(513)), 'invalid_request', 'custom_id'],
    ['method left out', requestLine('a', { method: undefined }), 'missing_required_parameter', 'method'],
    ['another method', requestLine('a', { method: 'GET' }), 'invalid_request', 'method'],
    ['url left out', requestLine('a', { url: undefined }), 'missing_required_parameter', 'url'],
    ['a url that is none of a batch', requestLine('a', { url: '/v1/images/generations' }), 'invalid_request', 'url'],
    ['body left out', requestLine('a', { body: undefined }), 'missing_required_parameter', 'body'],
    ['a body in a text', requestLine('a', { body: JSON.stringify(chatBody) }), 'invalid_request', 'body'],
    ['no model', body({ model: undefined }), 'missing_required_parameter', 'body.model'],
    ['a temperature of 3', body({ temperature: 3 }), 'invalid_request', 'body.temperature'],
    ['a role that there is not', body({ messages: [{ role: 'robot', content: '' }] }), 'invalid_request', 'body.messages[0].role'],
    ['a prompt that has no text', requestLine('a', { url: '/v1/completions', body: { model: 'm' } }), 'missing_required_parameter', 'body.prompt'],
    ['an embedding of nothing', requestLine('a', { url: '/v1/embeddings', body: { model: 'm', input: [] } }), 'invalid_request', 'body.input'],
    ['a response without input', requestLine('a', { url: '/v1/responses', body: { model: 'm' } }), 'missing_required_parameter', 'body.input'],
  ] as const)('with %s is refused by the field', (_, line, code, param) => {
    const { findings, hasError, tokens } = check(line)
    expect(findings).toMatchObject([{ line: 3, code, param }])
    expect(hasError).toBe(true)
    expect(tokens).toBeUndefined()
  })

  test('has all its mistakes named at once', () => {
    const { findings } = check(requestLine('a', { method: 'GET', url: 'https://api.openai.com/v1/chat/completions/' }))
    expect(findings).toMatchObject([
      { param: 'method', fix: 'Write "method": "POST".' },
      { param: 'url', fix: 'Write "url": "/v1/chat/completions".' },
    ])
  })

  test('may have fields that nobody knows, as at the gateway', () => {
    expect(check(requestLine('a', { body: { ...chatBody, chat_template_kwargs: { thinking: true } }, note: 1 })).findings).toEqual([])
  })

  test.each([
    ['cut in two', '{"custom_id": "a", "method"', 'it ends too early at character 28'],
    ['with a comma too many', '{"custom_id": "a",}', 'a name in double quotes was expected at character 19'],
    ['two requests on it', '{"a":1} {"b":2}', 'something after the end at character 9'],
    ['a list on it', '[]', 'not an object'],
    ['a number on it', '17', 'not an object'],
    ['zeros at its end', '{"custom_id"\0\0\0', 'a NUL byte at character 13'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xe4, 0x7d]), 'not text in UTF-8'],
  ])('%s is not JSON, and where', (_, line, words) => {
    const { findings } = check(line)
    expect(findings).toMatchObject([{ line: 3, code: 'invalid_json_line' }])
    expect(findings[0]?.message).toContain(words)
  })

  test('is held against the endpoint and the model of the first', () => {
    const validator = validatorFor()
    validator.check(requestLine('a'), 1)
    const other = validator.check(requestLine('b', { url: '/v1/completions', body: { model: 'other', prompt: 'x' } }), 2)
    expect(other.findings).toMatchObject([
      { code: 'url_mismatch', message: 'The request goes to /v1/completions, that of line 1 to /v1/chat/completions.' },
      { code: 'model_mismatch', message: 'The request asks for the model "other", that of line 1 for "a/b".' },
    ])
  })

  test('is held against the endpoint and the model of the batch, where it has them', () => {
    expect(check(requestLine('a'), { endpoint: '/v1/responses', model: 'other' }).findings).toMatchObject([{ code: 'url_mismatch' }, { code: 'model_mismatch' }])
  })

  test('may ask for a model of its own where the rules allow it', () => {
    const validator = validatorFor({ allowsManyModels: true, models: ['a/b', 'c'] })
    const ask = (model: string) => validator.check(requestLine(model, { body: { ...chatBody, model } }), 1).findings
    expect([ask('a/b'), ask('c')]).toEqual([[], []])
    expect(ask('d')).toMatchObject([{ code: 'model_not_found', message: 'There is no model "d" here.' }])
  })

  test('asks for a model that takes batches', () => {
    const validator = validatorFor({ models: ['a/b'], withoutBatches: ['a/b'] })
    expect(validator.check(requestLine('a', { body: { ...chatBody, model: 'a/b' } }), 1).findings).toMatchObject([{ code: 'invalid_request', param: 'body.model', message: 'The model "a/b" takes no batches here.' }])
  })

  test('without a model is given that of the batch', () => {
    expect(check(body({ model: undefined }), { model: 'x/y' })).toMatchObject({ findings: [], model: 'x/y' })
  })

  test('that asks for a stream is told that it comes whole', () => {
    expect(check(body({ stream: true }))).toMatchObject({ hasError: false, findings: [{ code: 'stream_ignored' }] })
  })

  test('of more than a body may have is refused; a picture may be larger', () => {
    const rules = { bodyLimitBytes: 2000, imageBodyLimitBytes: 4000 }
    const picture = (letters: number) => body({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(letters)}` } }] }] })
    expect(check(body({ user: 'x'.repeat(2000) }), rules).findings).toMatchObject([{ code: 'invalid_request', param: 'body' }])
    expect(check(picture(3000), rules).findings).toEqual([])
    expect(check(picture(5000), rules).findings).toMatchObject([{ code: 'invalid_request', param: 'body' }])
  })
})

describe('a body alone on a line, as FIRST takes it', () => {
  test.each([
    [chatBody, '/v1/chat/completions'],
    [{ model: 'm', prompt: 'Once' }, '/v1/completions'],
    [{ model: 'm', prompt: { id: 'p' } }, '/v1/responses'],
    [{ model: 'm', input: 'a text' }, '/v1/embeddings'],
    [{ model: 'm', input: 'a text', instructions: 'Be short.' }, '/v1/responses'],
    [{ model: 'm', input: [{ role: 'user', content: 'Hello' }] }, '/v1/responses'],
  ] as const)('is given a name by its line and an endpoint by its fields: %j', (bare, endpoint) => {
    expect(check(JSON.stringify(bare))).toMatchObject({ customId: 'request-3', endpoint, isBare: true, hasError: false, findings: [{ code: 'bare_body' }] })
  })

  test('that could be of two endpoints is of that of the batch', () => {
    expect(check('{"model":"m","input":"a text"}', { endpoint: '/v1/responses' })).toMatchObject({ endpoint: '/v1/responses', hasError: false })
  })

  test('has its fields named as they stand', () => {
    expect(check(JSON.stringify({ ...chatBody, temperature: 3 })).findings).toMatchObject([{ param: 'temperature' }, { code: 'bare_body' }])
  })

  test('that is nothing of the kind is refused', () => {
    expect(check('{"question":"Why?"}')).toMatchObject({ hasError: true, isBare: false, findings: [{ code: 'invalid_request' }] })
  })
})
