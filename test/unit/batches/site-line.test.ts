import { readSiteLine, siteRequest } from '@main/batches/service/site-line'
import { describe, expect, it } from 'vitest'

describe('a request for a site', () => {
  it('has its number before its own id, and asks for no stream', () => {
    const text = siteRequest({ index: 7, customId: 'a:b\n', fields: { model: 'm', stream: true, stream_options: { include_usage: true } } }, '/v1/completions')
    expect(text.endsWith('}\n')).toBe(true)
    expect(JSON.parse(text)).toEqual({ custom_id: '7:a:b\n', method: 'POST', url: '/v1/completions', body: { model: 'm' } })
  })
})

describe('a line of a site\'s results', () => {
  const read = (line: object): unknown => readSiteLine(JSON.stringify({ id: 'batch_req_1', custom_id: '7:a:b\n', response: null, error: null, ...line }))
  const body = { usage: { prompt_tokens: 5, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 2 } } }

  it('is the answer to its request, with what it used', () => {
    expect(read({ response: { status_code: 200, request_id: 'r1', body } })).toEqual({
      result: { index: 7, customId: 'a:b\n', response: { status: 200, requestId: 'r1', body: Buffer.from(JSON.stringify(body)) } },
      usage: { inputTokens: 5, outputTokens: 3, cachedTokens: 2, reasoningTokens: 0 },
    })
  })

  it('has the usage of Responses by its names', () => {
    expect(read({ response: { status_code: 200, body: { usage: { input_tokens: 4, output_tokens: 6 } } } })).toMatchObject({ usage: { inputTokens: 4, outputTokens: 6 } })
  })

  it('of vLLM, which gives a failure both, is the refusal', () => {
    const line = read({ id: 'vllm-1', response: { status_code: 400, request_id: 'vllm-batch-1', body: null }, error: { message: 'too long', type: 'BadRequestError', code: 400 } })
    expect(line).toEqual({ result: { index: 7, customId: 'a:b\n', response: { status: 400, requestId: 'vllm-batch-1', body: Buffer.from('null') } }, usage: undefined })
  })

  it('is an error where there was no answer', () => {
    expect(read({ error: { code: 'request_timeout', message: 'late' } })).toEqual({ result: { index: 7, customId: 'a:b\n', error: { code: 'request_timeout', message: 'late' } }, usage: undefined })
  })

  it.each([
    ['was not done for the batch was over', { error: { code: 'batch_expired', message: 'x' } }],
    ['was not done for the batch was cancelled', { error: { code: 'batch_cancelled', message: 'x' } }],
    ['says neither', {}],
    ['is of another batch', { custom_id: 'mine', response: { status_code: 200, body: {} } }],
    ['has no status', { response: { body: {} } }],
  ])('that %s leaves its request to be done', (_what, line) => {
    expect(read(line)).toBeUndefined()
  })

  it('that is torn leaves its request to be done', () => {
    expect(readSiteLine('{"id":"batch_req_1","custom_id":"7:a","resp')).toBeUndefined()
  })
})
