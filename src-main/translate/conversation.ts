export type { Protocol } from '@shared/domain/model'

export interface TextPart {
  readonly kind: 'text'
  readonly text: string
}

export interface ImagePart {
  readonly kind: 'image'
  /** A `data:` or `https:` URL. */
  readonly url: string
  readonly detail?: string | undefined
}

export interface FilePart {
  readonly kind: 'file'
  /** A `data:` URL. */
  readonly url: string
  readonly name?: string | undefined
}

export interface RefusalPart {
  readonly kind: 'refusal'
  readonly text: string
}

export interface ReasoningPart {
  readonly kind: 'reasoning'
  readonly text: string
  /** What the server needs to take its own reasoning back: a signature, or the encrypted text. */
  readonly signature?: string | undefined
  /** The server keeps the text to itself; `signature` is all there is. */
  readonly isRedacted?: boolean | undefined
}

export interface CallPart {
  readonly kind: 'call'
  readonly id: string
  readonly name: string
  /** JSON text, as the model wrote it. */
  readonly arguments: string
}

export interface ResultPart {
  readonly kind: 'result'
  readonly callId: string
  readonly parts: readonly InputPart[]
  readonly isError?: boolean | undefined
}

export type InputPart = TextPart | ImagePart | FilePart
export type AnswerPart = TextPart | RefusalPart | ReasoningPart | CallPart

/** One turn of a conversation, in the neutral form between the protocols. */
export type Turn =
  | { readonly role: 'system' | 'developer' | 'user'; readonly parts: readonly InputPart[] }
  | { readonly role: 'assistant'; readonly parts: readonly AnswerPart[] }
  | { readonly role: 'tool'; readonly parts: readonly ResultPart[] }

export interface Tool {
  readonly name: string
  readonly description?: string | undefined
  /** A JSON schema. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly isStrict?: boolean | undefined
  /** Takes plain text, not JSON (a `custom` tool); `parameters` then holds it in the one string `input`. */
  readonly isFreeform?: boolean | undefined
}

export type ToolChoice = { readonly kind: 'auto' | 'none' | 'required' } | { readonly kind: 'tool'; readonly name: string }

export type AnswerFormat =
  | { readonly kind: 'json-object' }
  | { readonly kind: 'json-schema'; readonly name: string; readonly schema: Readonly<Record<string, unknown>>; readonly description?: string | undefined; readonly isStrict?: boolean | undefined }

export const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof efforts)[number]

/** A request of any of the protocols. */
export interface Conversation {
  readonly model: string
  readonly turns: readonly Turn[]
  readonly isStreamed: boolean
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice | undefined
  readonly hasParallelCalls?: boolean | undefined
  readonly format?: AnswerFormat | undefined
  readonly effort?: Effort | undefined
  /** Tokens. */
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  readonly stop?: readonly string[] | undefined
  readonly user?: string | undefined
  /** Whether a streamed chat answer ends with its usage; the other protocols always say it. */
  readonly wantsUsage: boolean
  /** Fields that the neutral form has no place for, as they came. */
  readonly extras: Readonly<Record<string, unknown>>
  /** Names of tools and choices that no other protocol can express; told to the caller, not sent on. */
  readonly dropped: readonly string[]
}

export type StopReason = 'end' | 'length' | 'calls' | 'stop-sequence' | 'refusal' | 'filter'

/** Tokens. `input` counts cached ones too; `output` counts reasoning too. */
export interface TokenUsage {
  readonly input: number
  readonly cached: number
  readonly cacheWritten: number
  readonly output: number
  readonly reasoning: number
}

/** A whole answer of any of the protocols. */
export interface Answer {
  readonly parts: readonly AnswerPart[]
  readonly stop: StopReason
  /** The sequence that was met, where `stop` is `stop-sequence`. */
  readonly stopSequence?: string | undefined
  readonly usage?: TokenUsage | undefined
}

/** What an answer in another protocol needs and the cluster's own answer does not hold. */
export interface AnswerContext {
  /** Letters and digits; unique for the answer. Ids of the answer and its items are made of it. */
  readonly id: string
  /** The id the caller asked by. */
  readonly model: string
  /** Unix time. */
  readonly createdS: number
  readonly request: Conversation
}
