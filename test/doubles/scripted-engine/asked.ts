import { z } from 'zod'

const block = z.looseObject({ type: z.string() })
const message = z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(block), z.null()]).optional() })

/** What requests of both protocols have. */
export const inferenceBody = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  tools: z.array(z.looseObject({})).nullish(),
})
export type InferenceBody = z.infer<typeof inferenceBody>

/** A request as a script sees it, whatever the protocol. */
export interface Asked {
  readonly body: InferenceBody
  /** Names of the tools on offer. */
  readonly tools: readonly string[]
  /** What tools gave back since the user last spoke, in order. */
  readonly results: readonly string[]
  /** The last words of the user. */
  readonly question: string
}

const chatTool = z.looseObject({ function: z.looseObject({ name: z.string() }) })
const messagesTool = z.looseObject({ name: z.string() })
const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() })
const resultBlock = z.looseObject({ type: z.literal('tool_result'), tool_use_id: z.string(), content: z.union([z.string(), z.array(block)]).optional() })

export function readAsked(body: InferenceBody): Asked {
  const tools = (body.tools ?? []).flatMap((tool) => chatTool.safeParse(tool).data?.function.name ?? messagesTool.safeParse(tool).data?.name ?? [])
  let results: string[] = []
  let question = ''
  for (const { role, content } of body.messages) {
    if (role === 'tool') results.push(textOf(content))
    if (role !== 'user') continue
    const given = typeof content === 'string' ? [] : (content ?? []).flatMap((each) => resultBlock.safeParse(each).data ?? [])
    results.push(...given.map((result) => textOf(result.content)))
    const words = textOf(content)
    if (words === '') continue
    question = words
    if (given.length === 0) results = []
  }
  return { body, tools, results, question }
}

export function textOf(content: string | readonly z.infer<typeof block>[] | null | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).flatMap((each) => textBlock.safeParse(each).data?.text ?? []).join('\n')
}
