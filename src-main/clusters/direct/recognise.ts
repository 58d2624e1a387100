import { z } from 'zod'
import type { ServerProfile } from '@shared/config/clusters'
import type { ModelList } from './ask-models'
import { lmStudioList } from './details/lm-studio'
import { llamaProps } from './details/llama-server'
import { profiles } from './profiles'
import { orNothing, type Questions } from './questions'

/** What kind of server it is; holds for as long as the same program answers. */
export interface Recognised {
  readonly profile: ServerProfile
  readonly version?: string
}

/** Kinds that give themselves away in the list of models: by the owner of each, or by the Server header. */
const owners: Readonly<Record<string, ServerProfile>> = { vllm: 'vllm', llamacpp: 'llama-server' }

const versionAnswer = z.looseObject({ version: z.string().min(1).max(64) })

/**
 * Finds out what kind of server it is: from what its list shows, else by asking for what only one kind has, all at once.
 * Three questions at most. @throws FirstError `upstream_unreachable` when one of them got no answer, so that it is not settled
 */
export async function recognise(list: ModelList, questions: Questions): Promise<Recognised> {
  const shown = shownBy(list)
  if (shown !== undefined) return withVersion(shown, questions)
  const [ollama, llama, lmStudio] = await Promise.all([questions.read('/api/version', versionAnswer), questions.read('/props', llamaProps), questions.read('/api/v0/models', lmStudioList)])
  if (ollama !== undefined) return { profile: 'ollama', version: ollama.version }
  if (llama !== undefined) return { profile: 'llama-server' }
  return { profile: lmStudio === undefined ? 'other' : 'lm-studio' }
}

/** The version of a server whose kind is known, where that kind tells it. */
export async function withVersion(profile: ServerProfile, questions: Questions): Promise<Recognised> {
  const { versionPath } = profiles[profile]
  const answer = versionPath === undefined ? undefined : await orNothing(questions.read(versionPath, versionAnswer))
  return { profile, ...(answer !== undefined && { version: answer.version }) }
}

function shownBy({ entries, headers, isAnthropic }: ModelList): ServerProfile | undefined {
  if (isAnthropic) return 'anthropic'
  if (headers.server === 'llama.cpp') return 'llama-server'
  const [first] = entries
  return first?.owned_by === undefined || !entries.every(({ owned_by: owner }) => owner === first.owned_by) ? undefined : owners[first.owned_by]
}
