import { chatWire } from './chat-wire'
import { countsOf, created, done, event, type Asked, type Script, type Wire } from '../scripted/wire'

/** Completions, the older protocol of a prompt and its continuation (OpenAI's API reference, "Completions"). */
export const completionsWire: Wire = {
  whole: (asked, script) => ({ ...completion(asked, [{ index: 0, text: script.tokens.join(''), logprobs: null, finish_reason: script.finish }]), usage: usageOf(asked, script) }),
  stream(asked, script) {
    const usage = script.answer.usage ?? 'as-asked'
    return {
      opening: [],
      pieces: script.tokens.map((text) => event(completion(asked, [{ index: 0, text, logprobs: null, finish_reason: null }]))),
      closing: [
        event(completion(asked, [{ index: 0, text: '', logprobs: null, finish_reason: script.finish }])),
        ...(usage === 'always' || (usage === 'as-asked' && asked.includesUsage) ? [event({ ...completion(asked, []), usage: usageOf(asked, script) })] : []),
        ...(script.answer.hasDone === false ? [] : [done]),
      ],
    }
  },
  error: chatWire.error,
  errorEvent: chatWire.errorEvent,
}

function completion(asked: Asked, choices: readonly object[]): object {
  return { id: 'cmpl-double', object: 'text_completion', created, model: asked.model, choices }
}

function usageOf(asked: Asked, script: Script): object {
  const { prompt, completion: written } = countsOf(asked, script)
  return { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written }
}
