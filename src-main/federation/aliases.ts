import type { ClusterSnapshot } from '@shared/domain/cluster'
import { bySoonest, sortedByName, type Candidate, type ModelIndex } from './model-index'

/** Alias to ids of models; an id is always that of a model, so an alias may hold its own name. */
export type Aliases = Readonly<Record<string, readonly string[]>>

/** Stands for every chat model, those that are live first, then as configured. */
export const autoAlias = 'auto'

/** Models that serve no chat are told by their names where their place does not say what it serves. */
const otherKinds = /embed|rerank|\bbge-|whisper|\btts\b|moderation|dall-e|stable-diffusion/i

/**
 * Alias to its places: those of all its models that are known, best first, and among equals as the alias lists them.
 * `auto` is among them unless a model or an alias has that name, or there is no chat model.
 */
export function indexAliases(models: ModelIndex, snapshots: readonly ClusterSnapshot[], aliases: Aliases): ModelIndex {
  const named = new Map(Object.entries(aliases).map(([alias, ids]) => [alias, placesOf(models, alias, [...new Set(ids)])]))
  if (!named.has(autoAlias) && !models.has(autoAlias)) named.set(autoAlias, placesOf(models, autoAlias, chatModels(models, snapshots)))
  return sortedByName([...named].filter(([, places]) => places.length > 0))
}

function placesOf(models: ModelIndex, alias: string, ids: readonly string[]): readonly Candidate[] {
  return ids.flatMap((id, preference) => (models.get(id) ?? []).map((place) => ({ ...place, alias, preference }))).sort(bySoonest)
}

/** In configured order; the guide, which is no language model, only where there is nothing else. */
function chatModels(models: ModelIndex, snapshots: readonly ClusterSnapshot[]): readonly string[] {
  const ids = [...new Set(snapshots.flatMap((snapshot) => snapshot.models.map(({ id }) => id)))]
  const chat = ids.filter((id) => models.get(id)?.some(isChat) === true)
  const real = chat.filter((id) => models.get(id)?.some(({ framework }) => framework !== 'guide') === true)
  return real.length > 0 ? real : chat
}

const isChat = ({ framework, info: { id, operations } }: Candidate): boolean =>
  operations === undefined ? framework !== 'infinity' && !otherKinds.test(id) : operations.some((operation) => operation === 'chat_completions' || operation === 'responses' || operation === 'messages')
