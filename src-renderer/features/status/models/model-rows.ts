import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'

/** A model on one cluster. */
export interface Place {
  readonly cluster: ClusterSnapshot
  readonly model: ModelInfo
}

/** A model, wherever it is served; what a place says best counts. */
export interface ModelRow {
  readonly id: string
  readonly status: ModelStatus
  /** Best first. */
  readonly places: readonly [Place, ...Place[]]
  readonly contextTokens: number | undefined
}

const bestFirst: readonly ModelStatus[] = ['live', 'starting', 'queued', 'offline', 'maintenance', 'failed', 'unknown']

/** One row a model, in the order of ids. */
export function modelRows(clusters: readonly ClusterSnapshot[]): readonly ModelRow[] {
  const byId = new Map<string, Place[]>()
  for (const cluster of clusters) for (const model of cluster.models) byId.set(model.id, [...(byId.get(model.id) ?? []), { cluster, model }])
  return Array.from(byId, ([id, found]) => rowOf(id, found)).flatMap((row) => row ?? []).sort((one, other) => one.id.localeCompare(other.id, undefined, { numeric: true }))
}

function rowOf(id: string, found: readonly Place[]): ModelRow | undefined {
  const [first, ...rest] = found.toSorted((one, other) => bestFirst.indexOf(one.model.status) - bestFirst.indexOf(other.model.status))
  if (first === undefined) return undefined
  const contexts = found.flatMap(({ model }) => model.contextTokens ?? [])
  return { id, status: first.model.status, places: [first, ...rest], contextTokens: contexts.length === 0 ? undefined : Math.max(...contexts) }
}

export interface ModelFilter {
  readonly query: string
  readonly cluster: string | undefined
  readonly status: ModelStatus | undefined
}

/** Whether one place of the model is where, and as, it is looked for; the words may be in its id, a framework or a cluster. */
export function modelFits({ id, status, places }: ModelRow, filter: ModelFilter): boolean {
  const words = filter.query.trim().toLowerCase()
  if (filter.status !== undefined && filter.status !== status) return false
  if (filter.cluster !== undefined && !places.some(({ cluster }) => cluster.name === filter.cluster)) return false
  return [id, ...places.flatMap(({ cluster, model }) => [cluster.name, model.framework])].some((text) => text.toLowerCase().includes(words))
}

const letters = [
  { letter: 'B', word: 'Batch', has: ({ capabilities }: ModelInfo) => capabilities?.hasBatch },
  { letter: 'T', word: 'Tool calling', has: ({ capabilities }: ModelInfo) => capabilities?.hasToolCalling },
  { letter: 'R', word: 'Reasoning', has: ({ capabilities }: ModelInfo) => capabilities?.hasReasoning },
  { letter: 'H', word: 'Always hot', has: ({ capabilities }: ModelInfo) => capabilities?.isAlwaysHot },
] as const

/** What a model can do somewhere; each letter has a place of its own, so that rows can be compared. */
export function capabilitiesOf(places: readonly Place[]): readonly { readonly letter: string; readonly word: string; readonly isThere: boolean }[] {
  return letters.map(({ letter, word, has }) => ({ letter, word, isThere: places.some(({ model }) => has(model) === true) }))
}
