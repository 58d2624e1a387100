import type { z } from 'zod'
import { between, type CrossCheck, flag, jsonObject, list, literal, modelName, name, object, oneOf, tagged, taggedOrOther, text, textOr, wholeFrom, withChecks } from '../checks'

/**
 * A request to `POST /v1/messages` as Anthropic takes it (API reference, "Messages"). Blocks and tools of the many other kinds,
 * which a place that speaks this protocol may know, pass unread; `messages.ts` holds what is understood of them.
 */
const textBlock = object({ type: literal('text'), text })
const source = taggedOrOther([
  object({ type: literal('base64'), media_type: text, data: text }),
  object({ type: literal('url'), url: text }),
  object({ type: literal('text'), data: text }),
  object({ type: literal('file'), file_id: text }),
])
const shown = [textBlock, object({ type: literal('image'), source }), object({ type: literal('document'), source, title: text.nullish() })] as const

const blocks = 'a list of blocks'
const block = taggedOrOther([
  ...shown,
  object({ type: literal('tool_use'), id: text, name: name(200), input: jsonObject }),
  object({ type: literal('tool_result'), tool_use_id: text, content: textOr(blocks, list(taggedOrOther(shown))).nullish(), is_error: flag.nullish() }),
  object({ type: literal('thinking'), thinking: text, signature: text.nullish() }),
  object({ type: literal('redacted_thinking'), data: text }),
])

const message = object({ role: oneOf('user', 'assistant', 'system'), content: textOr(blocks, list(block)) })

const tool = taggedOrOther([
  object({
    type: literal('custom').nullish(),
    name: name(128),
    description: text.nullish(),
    input_schema: object({ type: literal('object') }),
    strict: flag.nullish(),
  }),
])

const parallel = { disable_parallel_tool_use: flag.nullish() }
const toolChoice = tagged('type', [
  object({ type: literal('auto'), ...parallel }),
  object({ type: literal('any'), ...parallel }),
  object({ type: literal('none') }),
  object({ type: literal('tool'), name: text, ...parallel }),
])

const thinking = taggedOrOther([
  object({ type: literal('enabled'), budget_tokens: wholeFrom(1024) }),
  object({ type: literal('disabled') }),
  object({ type: literal('adaptive') }),
])
const format = object({ type: literal('json_schema'), schema: jsonObject })

const counted = {
  model: modelName,
  messages: list(message).min(1, 'must have at least one entry'),
  system: textOr('a list of text blocks', list(textBlock)).nullish(),
  tools: list(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  thinking: thinking.nullish(),
  output_config: object({ effort: oneOf('low', 'medium', 'high', 'xhigh', 'max').nullish(), format: format.nullish() }).nullish(),
  /** The name that `output_config.format` had before. */
  output_format: format.nullish(),
  context_management: jsonObject.nullish(),
  mcp_servers: list(object({ type: text, url: text, name: text })).nullish(),
}

const messagesRequest = object({
  ...counted,
  max_tokens: wholeFrom(1),
  stream: flag.nullish(),
  temperature: between(0, 1).nullish(),
  top_p: between(0, 1).nullish(),
  top_k: wholeFrom(0).nullish(),
  stop_sequences: list(text).nullish(),
  metadata: object({ user_id: text.nullish() }).nullish(),
  service_tier: oneOf('auto', 'standard_only').nullish(),
})

const countRequest = object(counted)

const choiceIsOffered: CrossCheck<z.infer<typeof countRequest>> = ({ tools, tool_choice: choice }, refuse) => {
  if (choice == null || choice.type === 'auto' || choice.type === 'none') return
  if (tools == null || tools.length === 0) {
    refuse(['tool_choice'], 'is only allowed when "tools" are given')
    return
  }
  // A toolset stands for tools that the server knows.
  const hasNames = tools.every((tool) => 'name' in tool)
  if (choice.type === 'tool' && hasNames && !tools.some((tool) => tool['name'] === choice.name)) refuse(['tool_choice', 'name'], `names "${choice.name}", which is not in "tools"`)
}

const thinkingLeavesRoom: CrossCheck<z.infer<typeof messagesRequest>> = ({ thinking: asked, max_tokens: max }, refuse) => {
  if (asked?.type === 'enabled' && 'budget_tokens' in asked && Number(asked['budget_tokens']) >= max) refuse(['thinking', 'budget_tokens'], 'must be less than "max_tokens"')
}

export const messagesBody = withChecks(messagesRequest, choiceIsOffered, thinkingLeavesRoom)

/** A request to `POST /v1/messages/count_tokens`. */
export const countBody = withChecks(countRequest, choiceIsOffered)
