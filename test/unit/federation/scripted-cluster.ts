import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Framework, ModelStatus } from '@shared/domain/model'
import type { ClusterAdapter } from '@main/clusters/cluster-adapter'
import type { Logger } from '@main/core/logger'
import type { SnapshotStore } from '@main/federation/snapshot-store'

export const quietLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => quietLogger }

export function snapshot(name: string, models: Readonly<Record<string, ModelStatus>>, options: { takenAtMs?: number; framework?: Framework; isReachable?: boolean } = {}): ClusterSnapshot {
  const { takenAtMs = 1000, framework = 'api', isReachable = true } = options
  return { name, kind: 'direct', isReachable, models: Object.entries(models).map(([id, status]) => ({ id, cluster: name, framework, status })), takenAtMs, ...(!isReachable && { problem: 'It is away.' }) }
}

export interface ScriptedCluster extends ClusterAdapter {
  /** What it says of itself from now on. */
  says(snapshot: ClusterSnapshot | 'nothing' | 'nonsense'): void
  /** Tells that something changed. */
  changes(): void
  readonly times: { asked: number; closed: number }
}

export function scriptedCluster(name: string, first: ClusterSnapshot | 'nothing' | 'nonsense'): ScriptedCluster {
  let says = first
  const listeners = new Set<() => void>()
  const times = { asked: 0, closed: 0 }
  return {
    kind: 'direct',
    name,
    times,
    says: (next) => void (says = next),
    changes: () => listeners.forEach((listener) => listener()),
    describe() {
      times.asked++
      if (says === 'nothing') return new Promise(() => undefined)
      return says === 'nonsense' ? Promise.reject(new Error('a bug')) : Promise.resolve(says)
    },
    acquire: ({ model }) => Promise.resolve({ baseUrl: `http://${name}/v1`, headers: {}, model, release: () => undefined }),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      times.closed++
      return Promise.resolve()
    },
  }
}

export function memoryStore(initial: readonly ClusterSnapshot[] = []): SnapshotStore & { readonly kept: Map<string, ClusterSnapshot> } {
  const kept = new Map(initial.map((known) => [known.name, known]))
  return { kept, load: () => [...kept.values()], save: (known) => void kept.set(known.name, known), remove: (name) => void kept.delete(name) }
}
