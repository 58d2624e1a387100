import { chatWire } from '../openai-server/chat-wire'
import { completionsWire } from '../openai-server/completions-wire'
import { responsesWire } from '../openai-server/responses-wire'
import { countsOf, type Wire } from '../scripted/wire'
import type { Endpoint } from './request-schemas'

/** Whole only: FIRST streams no Messages. */
const messagesWire: Wire = {
  whole(asked, script) {
    const { prompt, completion } = countsOf(asked, script)
    return { id: 'msg_double', type: 'message', role: 'assistant', model: asked.model, content: [{ type: 'text', text: script.tokens.join('') }], stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: prompt, output_tokens: completion } }
  },
  stream: () => ({ opening: [], pieces: [], closing: [] }),
  error: (_status, message) => ({ error: { code: 'internal_endpoint_error', message, info: {} } }),
  errorEvent: () => '',
}

export const wires: Readonly<Record<Exclude<Endpoint, 'embeddings'>, Wire>> = { 'chat/completions': chatWire, completions: completionsWire, responses: responsesWire, messages: messagesWire }
