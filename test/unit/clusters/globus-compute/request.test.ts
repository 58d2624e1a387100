import { describe, expect, it } from 'vitest'
import { globusComputeCluster } from '@shared/config/globus-compute'
import { eventsOf } from '@main/clusters/globus-compute/as-stream'
import { answerOf, argumentOf, operationsOf } from '@main/clusters/globus-compute/request'

const endpoint = 'e0e0e0e0-0000-4000-8000-000000000001'
const functionId = 'f0f0f0f0-0000-4000-8000-000000000001'
const parse = (...models: object[]) => globusComputeCluster.safeParse({ name: 'sophia', kind: 'globus-compute', endpoint, site: 'alcf', models })
const modelOf = (model: object) => parse(model).data!.models[0]!

describe('the configuration of a cluster behind Globus Compute', () => {
  it('takes a function by its id or its source, or the address of a server', () => {
    expect(parse({ model: 'a', function: { id: functionId } }, { model: 'b', function: { source: 'def f(p):\n  return p\n' } }, { model: 'c', url: 'http://localhost:8000/v1' }).success).toBe(true)
  })

  it.each([
    ['neither', [{ model: 'a' }], 'a function or the url'],
    ['both', [{ model: 'a', url: 'http://localhost:1/v1', function: { id: functionId } }], 'a function or the url'],
    ['the same twice', [{ model: 'a', url: 'http://localhost:1/v1' }, { model: 'a', url: 'http://localhost:2/v1' }], 'another a with'],
  ])('refuses a model with %s', (_name, models, message) => {
    expect(parse(...models).error?.issues.map((issue) => issue.message).join()).toContain(message)
  })
})

describe('a request', () => {
  it('is what the functions of FIRST take, and asks for no stream', () => {
    const model = modelOf({ model: 'm', function: { id: functionId }, port: 8001 })
    expect(argumentOf(model, 'chat_completions', { model: 'm', messages: [], stream: true, stream_options: { include_usage: true } }, 60)).toEqual({ model_params: { model: 'm', messages: [], openai_endpoint: 'chat/completions', api_port: 8001 } })
  })

  it('tells our own function which server to ask', () => {
    expect(argumentOf(modelOf({ model: 'm', url: 'http://localhost:8000/v1' }), 'embeddings', { model: 'm' }, 60)).toEqual({ model_params: { model: 'm', openai_endpoint: 'embeddings' }, url: 'http://localhost:8000/v1', timeout_s: 60 })
  })

  it('is of what the framework serves, where nothing is said', () => {
    expect(operationsOf(modelOf({ model: 'm', framework: 'infinity', url: 'http://localhost:1/v1' }))).toEqual(['embeddings'])
    expect(operationsOf(modelOf({ model: 'm', url: 'http://localhost:1/v1' }))).toEqual(['chat_completions', 'completions'])
  })
})

describe('what a function returned', () => {
  it('is the answer itself, or a status with its body', () => {
    expect(answerOf({ id: 'x' })).toEqual({ status: 200, body: { id: 'x' } })
    expect(answerOf({ status: 400, body: '{"error": {"message": "no"}}' })).toEqual({ status: 400, body: { error: { message: 'no' } } })
    expect(answerOf({ status: 502, body: '<html>' })).toMatchObject({ status: 502, body: { error: { message: '<html>' } } })
  })

  it.each([['text'], [[1]], [{ status: 200, body: 'no JSON' }]])('is refused where it is no answer: %j', (value) => {
    expect(() => answerOf(value)).toThrow('no answer of a model')
  })
})

describe('a whole answer as a stream', () => {
  const answer = { id: 'x', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'hi', tool_calls: [{ id: 'c', type: 'function' }] }, finish_reason: 'stop' }], usage: { total_tokens: 3 } }

  it('is one piece, with its calls of tools numbered', () => {
    expect(eventsOf(answer, false)).toEqual([{ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { role: 'assistant', content: 'hi', tool_calls: [{ index: 0, id: 'c', type: 'function' }] }, finish_reason: 'stop' }] }])
  })

  it('says its usage last, where that was asked for', () => {
    expect(eventsOf(answer, true)[1]).toEqual({ id: 'x', object: 'chat.completion.chunk', choices: [], usage: { total_tokens: 3 } })
  })

  it('leaves a completion the text it has', () => {
    expect(eventsOf({ object: 'text_completion', choices: [{ index: 0, text: 'hi', finish_reason: 'stop' }] }, false)).toEqual([{ object: 'text_completion', choices: [{ index: 0, text: 'hi', finish_reason: 'stop' }] }])
  })
})
