import { dirname, posix } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { FirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import type { Persist } from './persist'
import type { Place } from './place'
import { stopOf, type Step } from './step'
import type { LocalFile, Way } from './way'

/** Files of batches, to and from one site, as one account. Paths are those of the site's file system. */
export interface Staging {
  /** The folder of the account there, with a slash at its end. */
  folder(step: Step): Promise<string>
  /** Copies a file into that folder. @returns its path there @throws FirstError that no other try mends, or `cancelled` */
  put(file: LocalFile, step: Step): Promise<string>
  /** Copies a file from there; it appears when it is whole. @throws as `put`; `not_found` for one that no collection shows */
  get(path: string, file: LocalFile, step: Step): Promise<void>
  /** Those that are in the folder of the account; what cannot be removed is logged, and stays. */
  remove(paths: readonly string[], signal: AbortSignal): Promise<void>
}

export interface StagingDeps {
  readonly find: (signal: AbortSignal) => Promise<Place>
  readonly wayTo: (place: Place) => Way
  /** Rejects where something must be agreed to first. */
  readonly agree: (place: Place) => Promise<void>
  readonly persist: Persist
  /** What the collection shows as `/`, with a slash at its end. */
  readonly root: string
  readonly cluster: string
  readonly logger: Pick<Logger, 'warn'>
}

export function createStaging({ find, wayTo, agree, persist, root, cluster, logger }: StagingDeps): Staging {
  let known: { readonly place: Place; readonly way: Way } | undefined
  const reach = async (signal: AbortSignal) => {
    if (known !== undefined) return known
    const place = await find(signal)
    return (known = { place, way: wayTo(place) })
  }
  const agreed = (step: Step) =>
    persist(step, async () => {
      const there = await reach(stopOf(step))
      await agree(there.place)
      return there
    })
  /** Of the collection, `/a`; of the file system, `/root/a`. */
  const outside = (path: string): string => `${root}${path.slice(1)}`
  const inside = (path: string): string | undefined => (path.startsWith(root) && !path.split('/').includes('..') ? `/${path.slice(root.length)}` : undefined)

  const copyIn = async (file: LocalFile, step: Step): Promise<string> => {
    const { place, way } = await agreed(step)
    const to = posix.join(place.path, file.name)
    await way.put(file, to, step)
    return outside(to)
  }

  return {
    async folder(step) {
      const { place } = await persist(step, () => reach(stopOf(step)))
      return outside(place.path)
    },
    async put(file, step) {
      try {
        return await copyIn(file, step)
      } catch (cause) {
        if (!(cause instanceof FirstError) || cause.code !== 'access_denied') throw cause
        // The access rule may have been taken away since: the site gives it anew when it is asked.
        known = undefined
        return copyIn(file, step)
      }
    },
    async get(path, file, step) {
      const from = inside(path)
      if (from === undefined) throw new FirstError('not_found', `The site of the cluster "${cluster}" left the results at ${path}, which its collection does not show.`, { action: 'Correct staging.root of this cluster in config.yaml.' })
      await mkdir(dirname(file.path), { recursive: true })
      const { way } = await agreed(step)
      await way.get(from, file, step)
    },
    async remove(paths, signal) {
      try {
        const { place, way } = await reach(signal)
        const ours = paths.flatMap((path) => inside(path) ?? []).filter((path) => path.startsWith(place.path) && path !== place.path)
        if (ours.length > 0) await way.remove(ours, signal)
      } catch (cause) {
        logger.warn({ cluster, cause }, 'files of a batch could not be removed from the site')
      }
    },
  }
}
