import type { ServerProfile } from '@shared/config/clusters'
import type { ClusterKind } from '@shared/domain/cluster'

const profiles: Readonly<Record<ServerProfile, string>> = {
  openai: 'OpenAI',
  vllm: 'vLLM',
  sambanova: 'SambaNova',
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  'llama-server': 'llama.cpp server',
  anthropic: 'Anthropic',
  other: 'A server with an OpenAI-compatible API',
}

/** What answers at an address, for people: `Ollama 0.9.2`. */
export function kindWords(kind: ClusterKind, profile: ServerProfile = 'other', version?: string): string {
  const name = kind === 'first' ? 'A FIRST gateway' : profiles[profile]
  return version === undefined ? name : `${name}${kind === 'first' || profile === 'other' ? ', version' : ''} ${version}`
}
