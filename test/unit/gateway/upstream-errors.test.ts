import { errors } from 'undici'
import { describe, expect, it } from 'vitest'
import { errorBody, statusOf } from '@main/gateway/error-answer'
import { errorOfAnswer, errorOfConnection, FieldsRefused, retryAfterS } from '@main/gateway/upstream-errors'

const place = { cluster: 'lab', model: 'm' }
const answer = (status: number, body: object | string = {}, retryAfter?: string) => errorOfAnswer({ status, retryAfter, body: typeof body === 'string' ? body : JSON.stringify(body) }, place)

describe('what an upstream server answers instead of a completion', () => {
  it.each([
    [401, 'upstream_unauthorized', 502],
    [403, 'upstream_unauthorized', 502],
    [404, 'model_not_found', 404],
    [408, 'request_timeout', 408],
    [429, 'too_many_requests', 429],
    [500, 'upstream_error', 502],
    [503, 'upstream_unreachable', 502],
    [504, 'upstream_error', 502],
    [204, 'upstream_garbled', 502],
  ])('%i is %s', (status, code, ours) => {
    expect(answer(status)).toMatchObject({ code })
    expect(statusOf(answer(status))).toBe(ours)
  })

  it("passes on what is wrong with the caller's request, word for word", () => {
    const error = answer(400, { error: { message: 'Too long.', type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' } })
    expect(errorBody(error, 'openai')).toEqual({ error: { message: 'Too long.', type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' } })
    expect(statusOf(error)).toBe(400)
    expect(error.code).toBe('context_length_exceeded')
  })

  it.each([
    [{ error: 'no such option' }, 'no such option'],
    [{ object: 'error', message: 'bad top_k', type: 'BadRequestError', code: 400 }, 'bad top_k'],
    [{ detail: 'extra field' }, 'extra field'],
    [{ detail: [{ loc: ['body', 'messages', 0, 'role'], type: 'enum', msg: 'Input should be "user"' }] }, 'messages.0.role: Input should be "user"'],
  ])('reads the shape of %j', (body, message) => {
    expect(answer(422, body)).toMatchObject({ message })
  })

  it('takes a field that is refused inside another for a mistake of the request, and does not leave the outer one out', () => {
    const error = answer(422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'tools', 0, 'function', 'strict'], msg: 'Extra inputs are not permitted' }] })
    expect(error).not.toBeInstanceOf(FieldsRefused)
    expect(error).toMatchObject({ code: 'invalid_request', param: 'tools.0.function.strict' })
    expect(statusOf(error)).toBe(422)
    expect(answer(422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'store'] }] })).toMatchObject({ fields: ['store'] })
  })

  it('takes a refusal with no reason for a fault of the server', () => {
    expect(answer(400, '<html>')).toMatchObject({ code: 'upstream_error' })
  })

  it('knows a llama-server that loads its model', () => {
    const loading = answer(503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } })
    expect(loading).toMatchObject({ code: 'model_loading', retryAfterS: 5 })
    expect(statusOf(loading)).toBe(503)
  })

  it('keeps Retry-After, as seconds or as a date', () => {
    expect(answer(429, {}, '7').retryAfterS).toBe(7)
    expect(retryAfterS('Thu, 01 Jan 2026 00:00:10 GMT', Date.UTC(2026, 0, 1))).toBe(10)
    expect(retryAfterS('soon')).toBeUndefined()
  })
})

describe('a connection that fails', () => {
  const failure = (code: string): Error => Object.assign(new Error('x'), { code })
  it.each([
    ['ECONNREFUSED', false, 'upstream_unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', false, 'upstream_unreachable'],
    ['UND_ERR_HEADERS_TIMEOUT', false, 'request_timeout'],
    ['UND_ERR_BODY_TIMEOUT', true, 'request_timeout'],
    ['ECONNRESET', true, 'upstream_error'],
  ])('with %s, begun: %s, is %s', (code, hasBegun, expected) => {
    expect(errorOfConnection(failure(code), 'lab', hasBegun).code).toBe(expected)
  })

  it('because what came is not HTTP, is upstream_garbled', () => {
    expect(errorOfConnection(new errors.HTTPParserError('no HTTP'), 'lab', false).code).toBe('upstream_garbled')
  })
})
