import type { ComputeFunctionConfig } from '@shared/config/globus-compute'
import type { ComputeClient } from './compute-client'
import { packSource } from './serialize'

/** Ids of functions; one that is given as source is registered once, when it is first needed. */
export interface Functions {
  idOf(asked: ComputeFunctionConfig): Promise<string>
  /** Globus Compute does not know this id any more: a source is registered again. */
  forget(id: string): void
}

export function createFunctions(client: ComputeClient, closing: AbortSignal): Functions {
  const bySource = new Map<string, Promise<string>>()
  const register = async (source: string): Promise<string> => {
    const { name, code } = packSource(source)
    try {
      return await client.register(name, code, closing)
    } catch (cause) {
      bySource.delete(source)
      throw cause
    }
  }
  return {
    idOf(asked) {
      if ('id' in asked) return Promise.resolve(asked.id)
      const known = bySource.get(asked.source)
      if (known !== undefined) return known
      const made = register(asked.source)
      bySource.set(asked.source, made)
      return made
    },
    forget(id) {
      for (const [source, known] of bySource)
        known.then(
          (one) => {
            if (one === id && bySource.get(source) === known) bySource.delete(source)
          },
          () => undefined,
        )
    },
  }
}
