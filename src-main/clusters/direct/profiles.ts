import type { ServerProfile } from '@shared/config/clusters'
import { operation, type Operation } from '@shared/domain/model'
import type { ChatForm } from '../../translate/chat/chat-form'

/** What is known of a kind of server before it is asked anything. */
export interface ProfileFacts {
  /** As people call it. */
  readonly label: string
  /** What it serves; absent: nobody knows, it is tried. */
  readonly operations?: readonly Operation[]
  /** First version with an operation, where older ones are still about; a server that does not tell its version counts as new. */
  readonly since?: Partial<Record<Operation, string>>
  readonly credential: 'bearer' | 'x-api-key'
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether it takes fields that its protocol does not have: by using or by ignoring them. */
  readonly takesEngineFields: boolean
  /** How it takes a chat request that was translated. */
  readonly chat?: ChatForm
  /** Keeps answers of Responses and knows them by `previous_response_id`, as most servers do not that speak it. */
  readonly keepsResponses?: true
  /** Host names of its owner's own service. */
  readonly hosts?: RegExp
  /** Where it tells its version, from the server's root: an object with `version`. */
  readonly versionPath?: string
  /** Ids of models that only embed, where the list does not say so. */
  readonly embeddingIds?: RegExp
}

const anyOpenAi = ['chat_completions', 'completions', 'embeddings'] as const
const everything = operation.options

export const profiles: Record<ServerProfile, ProfileFacts> = {
  // 400 "Unrecognized request argument supplied" for each field that is not of its reference; its reasoning models refuse `max_tokens`, and all a longer `user`.
  openai: {
    label: 'OpenAI', operations: [...anyOpenAi, 'responses'], credential: 'bearer', takesEngineFields: false, keepsResponses: true,
    chat: { reasoningFields: [], maxTokensField: 'max_completion_tokens', longestUser: 64 }, hosts: /^api\.openai\.com$/, embeddingIds: /^text-embedding-/,
  },
  // Release notes 0.10.0 (responses), 0.11.1 (messages), 0.17.0 (count_tokens).
  vllm: {
    label: 'vLLM', operations: everything, since: { responses: '0.10.0', messages: '0.11.1', count_tokens: '0.17.0' },
    credential: 'bearer', takesEngineFields: true, versionPath: '/version',
  },
  // Its Responses and Messages serve some models only, and it does not say which: those are translated.
  sambanova: { label: 'SambaNova', operations: anyOpenAi, credential: 'bearer', takesEngineFields: true, hosts: /(?:^|\.)sambanova\.ai$/, embeddingIds: /^E5-/ },
  // docs.ollama.com: responses since 0.13.3, messages since 0.14.0; tokens are not counted.
  ollama: {
    label: 'Ollama', operations: [...anyOpenAi, 'responses', 'messages'], since: { responses: '0.13.3', messages: '0.14.0' },
    credential: 'bearer', takesEngineFields: true, hosts: /^(?:www\.)?ollama\.com$/, versionPath: '/api/version',
  },
  // Responses since 0.3.29 and Messages since 0.4.1 (lmstudio.ai, API changelog), but it does not tell its version, and an older one answers a path it lacks with 200.
  'lm-studio': { label: 'LM Studio', operations: anyOpenAi, credential: 'bearer', takesEngineFields: true },
  'llama-server': { label: 'llama-server', operations: everything, credential: 'bearer', takesEngineFields: true },
  // 400 "Extra inputs are not permitted". Its Chat Completions is for trying things out only, so it is not used.
  anthropic: {
    label: 'Anthropic', operations: ['messages', 'count_tokens'], credential: 'x-api-key', headers: { 'anthropic-version': '2023-06-01' },
    takesEngineFields: false, hosts: /^api\.anthropic\.com$/,
  },
  other: { label: 'OpenAI-compatible server', credential: 'bearer', takesEngineFields: true },
}

/** The profile of a service that is known by its name. */
export function profileOfHost(url: string): ServerProfile | undefined {
  const { hostname } = new URL(url)
  return (Object.keys(profiles) as ServerProfile[]).find((profile) => profiles[profile].hosts?.test(hostname) === true)
}

/** What a server of this kind and version serves; absent: nobody knows. */
export function operationsOf(profile: ServerProfile, version: string | undefined): readonly Operation[] | undefined {
  const { operations, since } = profiles[profile]
  if (operations === undefined) return undefined
  return everything.filter((candidate) => operations.includes(candidate) && (version === undefined || since?.[candidate] === undefined || !isOlder(version, since[candidate])))
}

/** Headers that every request to such a server carries. */
export function headersFor(profile: ServerProfile, key: string | undefined): Record<string, string> {
  const { credential, headers } = profiles[profile]
  return { ...headers, ...(key !== undefined && (credential === 'x-api-key' ? { 'x-api-key': key } : { authorization: `Bearer ${key}` })) }
}

/** Compares the numbers of two versions; what follows them (`.dev12+g1234`, `-rc1`) does not count. */
function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => /^v?(\d+(?:\.\d+)*)/.exec(text)?.[1]?.split('.').map(Number))
  if (left === undefined || right === undefined) return false
  const at = right.findIndex((part, index) => part !== (left[index] ?? 0))
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0)
}
