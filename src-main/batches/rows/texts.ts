type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Of a content, which is a text or parts of which some are texts. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  return listOf(content)
    .map((part) => (typeof part === 'string' ? part : textOf(fieldsOf(part)['text'])))
    .filter((text) => text !== '')
    .join(' ')
}

/** What a request asks: the last message of the user, the prompt, or the input. */
export function questionOf({ messages, prompt, input }: Fields): string {
  if (messages !== undefined) return lastOfUser(messages)
  if (prompt !== undefined) return contentText(prompt)
  return typeof input === 'string' ? input : lastOfUser(input) || contentText(input)
}

function lastOfUser(turns: unknown): string {
  const last = listOf(turns).findLast((turn) => isFields(turn) && turn['role'] === 'user')
  return contentText(fieldsOf(last)['content'])
}

/** What a model has answered, by any of the protocols of a batch. */
export function answerOf({ choices, output, data }: Fields): string {
  if (Array.isArray(choices)) return answerOfChoice(fieldsOf(choices[0]))
  if (Array.isArray(output)) return output.map((item) => answerOfItem(fieldsOf(item))).filter((text) => text !== '').join(' ')
  return Array.isArray(data) ? numbersOf(data) : ''
}

function answerOfChoice({ message, text }: Fields): string {
  const { content, refusal, tool_calls: calls } = fieldsOf(message)
  return textOf(text) || contentText(content) || textOf(refusal) || listOf(calls).map((call) => callText(fieldsOf(fieldsOf(call)['function']))).join(' ')
}

function answerOfItem(item: Fields): string {
  if (item['type'] === 'function_call') return callText(item)
  return item['type'] === 'message' ? contentText(item['content']) : ''
}

const callText = ({ name, arguments: given }: Fields): string => `${textOf(name)}(${textOf(given)})`

/** Embeddings are shown by their size; float32 in base64 is four bytes a number. */
function numbersOf(data: readonly unknown[]): string {
  const [first] = data
  const { embedding } = fieldsOf(first)
  const count = Array.isArray(embedding) ? embedding.length : Math.floor((textOf(embedding).replace(/=+$/, '').length * 3) / 16)
  return `${data.length > 1 ? `${data.length} × ` : ''}${count} numbers`
}

export interface ResultText {
  readonly statusCode?: number
  readonly errorCode?: string
  /** Of the answer, or of the error. */
  readonly answer: string
  readonly promptTokens?: number
  readonly completionTokens?: number
}

/** A line of a result file. */
export function resultTextOf({ response, error }: Fields): ResultText {
  if (isFields(error)) return { ...codeOf(error['code']), answer: textOf(error['message']) }
  const { status_code: status, body } = fieldsOf(response)
  const { error: refusal, usage } = fieldsOf(body)
  return {
    ...(typeof status === 'number' && { statusCode: status }),
    ...tokensOf(fieldsOf(usage)),
    ...(isFields(refusal) ? { ...codeOf(refusal['code'] ?? refusal['type']), answer: textOf(refusal['message']) } : { answer: status === 200 ? answerOf(fieldsOf(body)) : textOf(body) || JSON.stringify(body ?? '') }),
  }
}

/** Of Chat Completions, or of Responses. */
function tokensOf({ prompt_tokens: prompt, completion_tokens: completion, input_tokens: input = prompt, output_tokens: output = completion }: Fields): Pick<ResultText, 'promptTokens' | 'completionTokens'> {
  return { ...(typeof input === 'number' && { promptTokens: input }), ...(typeof output === 'number' && { completionTokens: output }) }
}

const codeOf = (code: unknown): { errorCode?: string } => (typeof code === 'string' || typeof code === 'number' ? { errorCode: String(code) } : {})

const mostCharacters = 200

/** The beginning of a text, in one line. */
export function excerpt(text: string): string {
  // More of it than is shown, since blanks fall together.
  const line = text.slice(0, 4 * mostCharacters).replace(/\s+/g, ' ').trim()
  if (line.length <= mostCharacters) return line
  const cut = line.slice(0, mostCharacters - 1)
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}
