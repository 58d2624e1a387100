import { z } from 'zod'

/** A part of a request or an answer as a person reads it. */
export interface Passage {
  /** Who says it: `system`, `user`, `assistant`, `error`. */
  readonly who: string
  readonly text: string
}

const part = z.object({ text: z.string() }).transform(({ text }) => text)
const content = z.union([z.string(), z.array(z.union([part, z.looseObject({ type: z.string() }).transform(({ type }) => `[${type}]`)])).transform((parts) => parts.join('\n')), z.null().transform(() => '')])
const message = z.object({ role: z.string(), content })

const body = z.looseObject({
  messages: z.array(message).optional().catch(undefined),
  instructions: z.string().optional().catch(undefined),
  prompt: z.string().optional().catch(undefined),
  input: z.union([z.string(), z.array(z.string()).transform((texts) => texts.join('\n'))]).optional().catch(undefined),
})
const requestLine = z.looseObject({ body: body.optional().catch(undefined) })

/** What is asked, out of a line of a batch file; undefined where it is of no kind that is known here. */
export function readableRequest(json: string): readonly Passage[] | undefined {
  const line = requestLine.safeParse(parse(json))
  if (!line.success) return undefined
  const asked = line.data.body ?? body.safeParse(line.data).data
  if (asked?.messages !== undefined) return asked.messages.map(({ role, content: text }) => ({ who: role, text }))
  const text = asked?.prompt ?? asked?.input
  if (text === undefined) return undefined
  return [...(asked?.instructions === undefined ? [] : [{ who: 'system', text: asked.instructions }]), { who: 'user', text }]
}

const choice = z.object({ message: z.looseObject({ content: content.optional(), reasoning_content: z.string().nullish() }).optional(), text: z.string().optional() })
const output = z.object({ content: z.array(z.union([part, z.unknown().transform(() => '')])).optional() })
const failure = z.looseObject({ message: z.string(), code: z.union([z.string(), z.number()]).nullish() })
const resultLine = z.object({
  response: z.object({ status_code: z.number(), body: z.looseObject({ choices: z.array(choice).optional().catch(undefined), output: z.array(output).optional().catch(undefined), error: failure.optional().catch(undefined) }).nullish().catch(undefined) }).nullish(),
  error: failure.nullish(),
})

/** What came of it, out of a line of results. */
export function readableResult(json: string): readonly Passage[] | undefined {
  const line = resultLine.safeParse(parse(json))
  if (!line.success) return undefined
  const { response, error } = line.data
  const refusal = error ?? response?.body?.error
  if (refusal != null) return [{ who: 'error', text: refusal.message }]
  const [first] = response?.body?.choices ?? []
  const spoken = first?.message?.content ?? first?.text ?? response?.body?.output?.flatMap((item) => item.content ?? []).join('\n')
  if (spoken === undefined) return undefined
  const thought = first?.message?.reasoning_content
  return [...(thought == null || thought === '' ? [] : [{ who: 'reasoning', text: thought }]), { who: 'assistant', text: spoken }]
}

/** Indented, or as it is where it is no JSON. */
export function indented(json: string): string {
  const value = parse(json)
  return value === undefined ? json : JSON.stringify(value, null, 2)
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
