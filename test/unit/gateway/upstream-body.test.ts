import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatRequest } from '@main/gateway/chat-request'
import { upstreamBody } from '@main/gateway/upstream-body'

function asked(body: Record<string, unknown>, text = JSON.stringify(body)): ChatRequest {
  const options = body['stream_options'] as { include_usage?: boolean } | undefined
  return { model: String(body['model']), isStreamed: body['stream'] === true, wantsUsage: options?.include_usage === true, bytes: Buffer.from(text), fields: body }
}

const messages = [{ role: 'user', content: 'hi' }]

describe('the body that is sent on', () => {
  it("is the caller's own bytes for a whole answer", () => {
    const request = asked({ model: 'm', messages })
    expect(upstreamBody(request, 'm')).toBe(request.bytes)
  })

  it("is the caller's own bytes for a stream whose usage was asked for", () => {
    const request = asked({ model: 'm', messages, stream: true, stream_options: { include_usage: true } })
    expect(upstreamBody(request, 'm')).toBe(request.bytes)
  })

  it('asks a stream for its usage and changes nothing else', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom('', '  \n'), (extra, space) => {
        // `undefined` is left out of JSON, so the caller has sent no options.
        const text = JSON.stringify({ ...extra, model: 'm', messages, stream: true, stream_options: undefined }, null, space) + space
        const parsed: unknown = JSON.parse(upstreamBody(asked(JSON.parse(text) as Record<string, unknown>, text), 'm').toString())
        expect(parsed).toEqual({ ...(JSON.parse(text) as object), stream_options: { include_usage: true } })
      }),
    )
  })

  it('keeps the other stream options', () => {
    const request = asked({ model: 'm', messages, stream: true, stream_options: { include_obfuscation: false } })
    expect(JSON.parse(upstreamBody(request, 'm').toString())).toMatchObject({ stream_options: { include_obfuscation: false, include_usage: true } })
  })

  it('names the model as the place knows it', () => {
    expect(JSON.parse(upstreamBody(asked({ model: 'm', messages, top_k: 3 }), 'other').toString())).toEqual({ model: 'other', messages, top_k: 3 })
  })
})
