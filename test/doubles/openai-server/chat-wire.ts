import { argumentPieces, countsOf, created, done, event, type Asked, type Script, type Wire } from '../scripted/wire'

const errorBody = (status: number, message: string): object => ({ error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code: null } })

/** Chat Completions (OpenAI's API reference, "Chat", "Streaming"). */
export const chatWire: Wire = {
  whole(asked, script) {
    const { tokens, calls, refusal, finish } = script
    const reasoning = script.reasoning.join('')
    const text = tokens.join('')
    const as = script.answer.reasoningAs ?? 'reasoning_content'
    const message = {
      role: 'assistant',
      content: as === 'think' && reasoning !== '' ? `<think>${reasoning}</think>${text}` : text === '' && (calls.length > 0 || refusal !== undefined) ? null : text,
      ...(refusal !== undefined && { refusal }),
      ...(as !== 'think' && reasoning !== '' && { [as]: reasoning }),
      ...(calls.length > 0 && { tool_calls: calls.map(({ id, name, arguments: text }) => ({ id, type: 'function', function: { name, arguments: text } })) }),
    }
    return { id: 'chatcmpl-double', object: 'chat.completion', created, model: asked.model, choices: [{ index: 0, message, finish_reason: finish }], usage: usageOf(asked, script) }
  },
  stream(asked, script) {
    const usage = script.answer.usage ?? 'as-asked'
    const deltas = deltasOf(script)
    const pieces = deltas.map((delta, index) => event(chunk(asked, [{ index: 0, delta: index === 0 ? { role: 'assistant', ...delta } : delta, finish_reason: null }])))
    const last = chunk(asked, [{ index: 0, delta: {}, finish_reason: script.finish }])
    const counted = { usage: usageOf(asked, script) }
    return {
      opening: [],
      pieces,
      closing: [
        event(usage === 'with-choices' ? { ...last, ...counted } : last),
        ...(usage === 'always' || (usage === 'as-asked' && asked.includesUsage) ? [event({ ...chunk(asked, []), ...counted })] : []),
        ...(script.answer.hasDone === false ? [] : [done]),
      ],
    }
  },
  error: errorBody,
  errorEvent: (_asked, message) => event(errorBody(500, message)),
}

function deltasOf({ tokens, reasoning, calls, refusal, answer }: Script): object[] {
  const as = answer.reasoningAs ?? 'reasoning_content'
  const thought = as === 'think' ? (reasoning.length > 0 ? ['<think>', ...reasoning, '</think>'] : []).map((content) => ({ content })) : reasoning.map((text) => ({ [as]: text }))
  return [
    ...thought,
    ...tokens.map((content) => ({ content })),
    ...(refusal === undefined ? [] : [{ refusal }]),
    ...calls.flatMap(({ id, name, arguments: text }, index) => [
      { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
      ...argumentPieces(text).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
  ]
}

function chunk(asked: Asked, choices: readonly object[]): object {
  return { id: 'chatcmpl-double', object: 'chat.completion.chunk', created, model: asked.model, choices }
}

function usageOf(asked: Asked, script: Script): object {
  const { prompt, completion, reasoning, cached } = countsOf(asked, script)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(cached > 0 && { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning > 0 && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  }
}
