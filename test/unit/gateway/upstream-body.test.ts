import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InferenceRequest } from '@main/gateway/inference-request'
import { upstreamBody, type UpstreamBodyOptions } from '@main/gateway/upstream-body'

function asked(body: Record<string, unknown>, text = JSON.stringify(body)): InferenceRequest {
  const options = body['stream_options'] as { include_usage?: boolean } | undefined
  return { operation: 'chat_completions', model: String(body['model']), isStreamed: body['stream'] === true, wantsUsage: options?.include_usage === true, bytes: Buffer.from(text), fields: body }
}

const sent = (request: InferenceRequest, options: Partial<UpstreamBodyOptions> = {}): Buffer => upstreamBody(request, { model: 'm', without: [], isStreamed: request.isStreamed, ...options })
const parsed = (bytes: Buffer): unknown => JSON.parse(bytes.toString())
const messages = [{ role: 'user', content: 'hi' }]

describe('the body that is sent on', () => {
  it("is the caller's own bytes for a whole answer", () => {
    const request = asked({ model: 'm', messages })
    expect(sent(request)).toBe(request.bytes)
  })

  it("is the caller's own bytes for a stream whose usage was asked for", () => {
    const request = asked({ model: 'm', messages, stream: true, stream_options: { include_usage: true } })
    expect(sent(request)).toBe(request.bytes)
  })

  it('asks a stream for its usage and changes nothing else', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom('', '  \n'), (extra, space) => {
        // `undefined` is left out of JSON, so the caller has sent no options.
        const text = JSON.stringify({ ...extra, model: 'm', messages, stream: true, stream_options: undefined }, null, space) + space
        expect(parsed(sent(asked(JSON.parse(text) as Record<string, unknown>, text)))).toEqual({ ...(JSON.parse(text) as object), stream_options: { include_usage: true } })
      }),
    )
  })

  it('keeps the other stream options', () => {
    const request = asked({ model: 'm', messages, stream: true, stream_options: { include_obfuscation: false } })
    expect(parsed(sent(request))).toMatchObject({ stream_options: { include_obfuscation: false, include_usage: true } })
  })

  it('names the model as the place knows it', () => {
    expect(parsed(sent(asked({ model: 'm', messages, top_k: 3 }), { model: 'other' }))).toEqual({ model: 'other', messages, top_k: 3 })
  })

  it('leaves out what the place refuses', () => {
    const request = asked({ model: 'm', messages, top_k: 3, guided_json: {}, stream: true })
    expect(parsed(sent(request, { without: ['top_k', 'guided_json', 'stream_options'] }))).toEqual({ model: 'm', messages, stream: true })
  })

  it('asks a place that cannot stream for a whole answer', () => {
    const request = asked({ model: 'm', messages, stream: true, stream_options: { include_usage: true } })
    expect(parsed(sent(request, { isStreamed: false }))).toEqual({ model: 'm', messages })
  })
})
