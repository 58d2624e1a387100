import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunningEngine } from '@main/engines/engine'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyGguf } from '../../../fixtures/gguf'
import { clientOf, createWorkbench, greeting, modelId, post, type Workbench } from './workbench'

const messages = [{ role: 'user' as const, content: 'hi' }]

describe('a running model refuses', () => {
  let bench: Workbench
  let engine: RunningEngine

  beforeAll(async () => {
    bench = await createWorkbench()
    engine = await bench.start({ file: await bench.model('greeting.gguf', { says: greeting }), contextTokens: 512 })
  })
  afterAll(() => bench.close())

  it('every key but its own', async () => {
    const stranger = clientOf(engine, 'fd-wrong')
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    await expect(stranger.chat.completions.create({ model: modelId, messages })).rejects.toMatchObject({ status: 401, code: 'unauthorized' })
    expect((await fetch(`${engine.origin}/health`)).status).toBe(401)
  })

  it.each<[string, string | object, object]>([
    ['a body that is not JSON', '{"model":', { code: 'invalid_json', type: 'invalid_request_error' }],
    ['a body that is no object', '[]', { code: 'invalid_json' }],
    ['a body without messages', { model: modelId }, { code: 'missing_required_parameter', param: 'messages' }],
    ['a wrong type', { model: modelId, messages, temperature: 'hot' }, { code: 'invalid_request', param: 'temperature' }],
    ['more than one answer', { model: modelId, messages, n: 2 }, { code: 'invalid_request', param: 'n' }],
    ['token probabilities', { model: modelId, messages, logprobs: true }, { code: 'invalid_request', param: 'logprobs' }],
    ['a bias of tokens', { model: modelId, messages, logit_bias: { 2: -100 } }, { code: 'invalid_request', param: 'logit_bias' }],
    ['a picture', { model: modelId, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: '/etc/passwd' } }] }] }, { param: 'messages.0.content' }],
    ['a schema that nothing fits', { model: modelId, messages, response_format: schema({ type: 'string', minLength: 5, maxLength: 2 }) }, { code: 'invalid_request' }],
    ['a schema that llama.cpp cannot take', { model: modelId, messages, response_format: schema({ type: 'array', minItems: 100_000 }) }, { code: 'invalid_request' }],
    ['a schema it does not know', { model: modelId, messages, response_format: schema({ $ref: '#/nowhere' }) }, { code: 'invalid_request' }],
    ['a tool choice that is not offered', { model: modelId, messages, tool_choice: { type: 'function', function: { name: 'sum' } } }, { param: 'tool_choice' }],
    ['a prompt longer than the context', { model: modelId, messages: [{ role: 'user', content: 'long '.repeat(400) }] }, { code: 'context_length_exceeded', param: 'messages' }],
  ])('%s, and says so in the shape of OpenAI', async (_what, body, error) => {
    const answer = await post(engine, body)
    expect(answer).toMatchObject({ status: 400, body: { error } })
    expect((await post(engine, { model: modelId, messages, temperature: 0 })).status).toBe(200)
  })

  it('a model it does not have, an unknown path, and a wrong method', async () => {
    expect(await post(engine, { model: 'other', messages })).toMatchObject({ status: 404, body: { error: { code: 'model_not_found', param: 'model' } } })
    const headers = { authorization: `Bearer ${engine.key}` }
    expect((await fetch(`${engine.origin}/v1/embeddings`, { method: 'POST', headers })).status).toBe(404)
    const wrongMethod = await fetch(`${engine.origin}/v1/chat/completions`, { headers })
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

function schema(of: object): object {
  return { type: 'json_schema', json_schema: { name: 'it', schema: of } }
}

describe('a model is not loaded', () => {
  let bench: Workbench

  beforeAll(async () => {
    bench = await createWorkbench()
  })
  afterAll(() => bench.close())

  it('from a file that is cut short, with the bytes that are there and those that should be', async () => {
    const whole = await bench.model('whole.gguf')
    const cut = join(bench.dir, 'cut.gguf')
    const bytes = await readFile(whole)
    await writeFile(cut, bytes.subarray(0, 400_000))
    await expect(bench.start({ file: cut })).rejects.toMatchObject({
      code: 'model_file_invalid',
      message: `The model file ${cut} is cut short: 400000 of ${bytes.length} bytes are there.`,
    })
  })

  it('from a file that is cut within its description', async () => {
    const cut = join(bench.dir, 'stub.gguf')
    await writeFile(cut, tinyGguf().subarray(0, 300))
    await expect(bench.start({ file: cut })).rejects.toMatchObject({ code: 'model_file_invalid', message: expect.stringContaining('cut short') as string })
  })

  it('from a file of another format, or none', async () => {
    const page = join(bench.dir, 'page.gguf')
    await writeFile(page, '<!doctype html><title>Not found</title>')
    await expect(bench.start({ file: page })).rejects.toMatchObject({ code: 'model_file_invalid', message: expect.stringContaining('does not begin with "GGUF"') as string })
    await expect(bench.start({ file: join(bench.dir, 'gone.gguf') })).rejects.toMatchObject({ code: 'model_file_invalid', message: expect.stringContaining('no such file') as string })
  })

  it('into memory that is not there, with what is needed and what is free', async () => {
    const file = await bench.model('model.gguf')
    await expect(bench.start({ file }, { freeMemoryBytes: () => 50_000_000 })).rejects.toMatchObject({
      code: 'out_of_memory',
      message: expect.stringMatching(/^tiny\/test-model needs about 0\.1\d GB of memory .* and 0\.05 GB are free\.$/) as string,
      info: { freeBytes: 50_000_000 },
    })
  })

  it('when llama.cpp does not know its architecture, and says so in its words', async () => {
    const file = join(bench.dir, 'strange.gguf')
    const bytes = tinyGguf()
    bytes.write('lexus', bytes.indexOf('llama'))
    await writeFile(file, bytes)
    await expect(bench.start({ file })).rejects.toMatchObject({ code: 'model_failed', message: expect.stringContaining("unknown model architecture: 'lexus'") as string })
  })

  it('when the start is cancelled', async () => {
    const file = await bench.model('unwanted.gguf')
    await expect(bench.start({ file }, {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
  })
})
