import { z } from 'zod'
import type { StagingConfig } from '@shared/config/staging'
import { FirstError } from '@shared/errors'
import type { SiteGateway } from './site-gateway'

/** Where files of an account go at a site. */
export interface Place {
  readonly collection: string
  /** A folder of the collection, with a slash at its end. */
  readonly path: string
}

const folder = z.string().max(1_000).regex(/^\/(?:(?!\.\.?\/)[^/\0]+\/)*$/)
/** The answer of `PUT /data/staging`: the folder is there, and the account may write to it. */
const stagingAnswer = z.looseObject({ collection_id: z.guid(), path: folder, acl_rule_id: z.string().nullish(), principal: z.string().nullish() })

/** As config.yaml names it, or as the site gives it; to ask again renews the access rule. @throws FirstError `not_found` for a site without staging */
export async function findPlace({ collection, path }: Pick<StagingConfig, 'collection' | 'path'>, gateway: SiteGateway, cluster: string, signal: AbortSignal): Promise<Place> {
  if (collection !== undefined && path !== undefined) return { collection, path }
  const given = await gateway.send({ method: 'PUT', path: '/data/staging', signal }, stagingAnswer).catch((cause: unknown) => {
    const isAbsent = cause instanceof FirstError && ['not_found', 'model_not_found', 'method_not_allowed', 'unsupported_endpoint', 'invalid_request'].includes(cause.code)
    if (isAbsent) throw new FirstError('not_found', `The site of the cluster "${cluster}" has no staging for the files of batches.`, { cause, action: 'Take staging out of this cluster in config.yaml, or name a collection and a path there.' })
    throw cause
  })
  return { collection: given.collection_id, path: given.path }
}
